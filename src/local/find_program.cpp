// Where the local DynamoDB program may be. No caching: a set-up that ran meanwhile is found by the next server.
#include "local/find_program.hpp"

#include "local/local_server.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace drift::local {

namespace {

// The version and the directory of scripts/setup.
constexpr std::string_view in_cache = "drift/dynoxide-3.2.0/bin/dynoxide";

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<std::filesystem::path> on_path() {
  std::string_view rest = environment("PATH");
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
    // An empty entry means the current directory; a program that happens to lie there is not run.
    if (directory.empty()) continue;
    std::filesystem::path candidate = std::filesystem::path(directory) / "dynoxide";
    if (is_program(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

std::filesystem::path cached_program() {
  if (const std::string_view cache = environment("XDG_CACHE_HOME"); !cache.empty()) {
    return std::filesystem::path(cache) / in_cache;
  }
  return std::filesystem::path(environment("HOME")) / ".cache" / in_cache;
}

std::filesystem::path named_program() { return environment("DRIFT_DYNOXIDE"); }

std::optional<std::filesystem::path> LocalServer::find_program() {
  try {
    // One that is named and is not there is a mistake to be told, not a reason to run another.
    if (std::filesystem::path named = named_program(); !named.empty()) {
      return is_program(named) ? std::optional(std::move(named)) : std::nullopt;
    }
    if (auto found = on_path()) return found;
    if (std::filesystem::path cached = cached_program(); is_program(cached)) return cached;
  } catch (const std::exception&) {  // out of memory, or a path that cannot be one: not found
  }
  return std::nullopt;
}

}  // namespace drift::local
