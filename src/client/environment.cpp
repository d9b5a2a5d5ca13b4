#include "client/environment.hpp"

#include "base/text.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace drift::client {
namespace {

std::optional<std::string> process_variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): reads only; a program that writes its environment beside threads is wrong
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::optional<std::string> read_whole_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return std::nullopt;
  return text;
}

std::filesystem::path home_directory() {
  if (const auto home = process_variable("HOME")) return *home;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return found->pw_dir;
}

}  // namespace

Environment Environment::of_process() {
  return {.variable = process_variable, .read_file = read_whole_file, .home = home_directory()};
}

std::filesystem::path Environment::expand(const std::string& path) const {
  if (path == "~") return home;
  if (path.starts_with("~/")) return home / path.substr(2);
  return path;
}

bool Environment::flag(const char* name) const {
  const auto value = variable(name);
  return value && base::equals_ignoring_case(*value, "true");
}

}  // namespace drift::client
