// Where journals are: see the header.
#include "migrate/state_directory.hpp"

#include <drift/error.hpp>

#include <cstdlib>
#include <string>

namespace drift::migrate {

namespace {

// FNV-1a, 64 bits: file names need to differ, not to be secret.
std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string hexadecimal(std::uint64_t number) {
  std::string out(16, '0');
  for (auto digit = out.rbegin(); number != 0; ++digit, number >>= 4U) *digit = "0123456789abcdef"[number & 15U];
  return out;
}

}  // namespace

std::filesystem::path default_state_directory() {
  const auto set = [](const char* variable) {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): read once, at construction
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  // The XDG Base Directory Specification: a relative path there is to be ignored.
  if (const auto state = set("XDG_STATE_HOME"); state.is_absolute()) return state / "drift";
  if (const auto home = set("HOME"); home.is_absolute()) return home / ".local" / "state" / "drift";
  throw Error({.code = "ConfigError",
               .message = "there is no place for journals: neither XDG_STATE_HOME nor HOME is set",
               .next_step = "Set MigratorOptions::state_dir to a directory on a local disk."});
}

std::filesystem::path journal_file(const std::filesystem::path& state_directory, const TableDescription& meta_table,
                                   std::uint64_t number, std::string_view what) {
  const std::string identity = hexadecimal(digest(meta_table.arn + ' ' + meta_table.id));
  // One name for a directory however it was said: the run table has it, and a journal elsewhere is one that was moved.
  std::error_code error;
  std::filesystem::path directory = std::filesystem::weakly_canonical(state_directory, error);
  if (error) directory = std::filesystem::absolute(state_directory);
  return directory / (meta_table.name + '-' + identity) /
         (std::to_string(number) + '-' + std::string(what) + ".journal");
}

}  // namespace drift::migrate
