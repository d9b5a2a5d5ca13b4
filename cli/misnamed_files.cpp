// Misnamed files: see the header.
#include "cli/misnamed_files.hpp"

#include "cli/migration_set.hpp"
#include "cli/numbers.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>

namespace drift::cli {

namespace {

constexpr const char* digits = "0123456789";

bool is_script(const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (!std::filesystem::is_regular_file(status)) return false;
  const perms executable = perms::owner_exec | perms::group_exec | perms::others_exec;
  return file.extension() == ".lua" || (status.permissions() & executable) != perms::none;
}

std::optional<Error> fault_of(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  std::uint64_t number = 0;
  std::string rest;
  if (name.find_first_of(digits) != 0 || is_left_by_editor(name) || parse_file_name(name, number, rest)) return {};
  if (!is_script(file)) return {};
  const std::string stem = file.stem().string();
  const auto digits_end = stem.find_first_not_of(digits);
  const bool has_form = digits_end != std::string::npos && stem[digits_end] == '_' && digits_end + 1 < stem.size();
  if (has_form) {
    return Error({.code = "ConfigError",
                  .message = file.string() + " has a number above the highest, " + std::to_string(sequence_max),
                  .next_step = "It is passed over. Give it a lower one."});
  }
  return Error({.code = "ConfigError",
                .message = file.string() + " is a script, and its name is not <digits>_<name>, as 00001_add_decade.lua",
                .next_step = "It is passed over. Name it so; or, where it is no migration, without a digit in front."});
}

}  // namespace

std::vector<Error> misnamed_files(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Error> faults;
  for (const std::filesystem::path& file : files) {
    if (auto fault = fault_of(file)) faults.push_back(std::move(*fault));
  }
  return faults;
}

void note_misnamed_files(Console& console, const std::filesystem::path& directory) {
  for (const Error& fault : misnamed_files(directory)) {
    console.note("note: " + fault.message() + "; it is passed over");
  }
}

}  // namespace drift::cli
