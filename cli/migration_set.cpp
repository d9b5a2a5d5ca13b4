// MigrationSet: see the header.
#include "cli/migration_set.hpp"

#include "cli/numbers.hpp"
#include "cli/usage_error.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <system_error>
#include <utility>

namespace drift::cli {

namespace {

std::string place_of(const KnownMigration& migration) {
  return migration.file.empty() ? "the program" : migration.file.string();
}

}  // namespace

bool is_left_by_editor(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0; };
  return !std::all_of(file_name.begin() + dot + 1, file_name.end(), is_plain);
}

bool parse_file_name(std::string_view file_name, std::uint64_t& number, std::string& name) {
  if (is_left_by_editor(file_name)) return false;
  file_name = file_name.substr(0, file_name.rfind('.'));
  const char* const end = file_name.data() + file_name.size();
  const auto [digits_end, error] = std::from_chars(file_name.data(), end, number);
  if (error != std::errc{} || digits_end == end || *digits_end != '_' || digits_end + 1 == end) return false;
  if (is_outside(number)) return false;
  name.assign(digits_end + 1, end);
  return true;
}

MigrationSet::MigrationSet(const std::filesystem::path& directory, std::vector<Migration> of_program,
                           const Load& load) {
  const bool may_be_missing = !of_program.empty();
  for (Migration& migration : of_program) {
    KnownMigration known{.number = migration.number, .name = migration.description};
    known.migration = std::move(migration);
    add(std::move(known));
  }
  std::error_code error;
  if (may_be_missing && !std::filesystem::exists(directory, error)) return;
  read_directory(directory, load);
}

void MigrationSet::read_directory(const std::filesystem::path& directory, const Load& load) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (!entry.is_directory()) files.push_back(entry.path());
  }
  if (error) {
    throw Error(
        {.code = "ConfigError",
         .message = "the directory of migrations cannot be read: " + directory.string() + ": " + error.message(),
         .next_step = "Nothing was done. Name it with --dir, or begin one: {drift} new NAME."});
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    KnownMigration found{.file = file};
    if (!parse_file_name(file.filename().string(), found.number, found.name)) continue;
    try {
      found.migration = load(file, found.number);
      if (found.migration.description.empty()) found.migration.description = found.name;
    } catch (const Error& fault) {
      add_broken(std::move(found), fault);
      continue;
    }
    add(std::move(found));
  }
}

void MigrationSet::add(KnownMigration migration) {
  const std::uint64_t number = migration.number;
  const auto sound = migrations_.find(number);
  const auto broken = broken_.find(number);
  if (sound == migrations_.end() && broken == broken_.end()) {
    migrations_.emplace(number, std::move(migration));
    return;
  }
  const KnownMigration other = sound != migrations_.end() ? sound->second : broken->second.known;
  migrations_.erase(number);
  add_broken(other, Error({.code = "ConfigError",
                           .message = "two migrations have the number " + std::to_string(number) + ": " +
                                      place_of(other) + " and " + place_of(migration),
                           .next_step = "Nothing was done. Give the one that is applied nowhere another number."}));
}

void MigrationSet::add_broken(KnownMigration known, const Error& error) {
  problems_.push_back(error);
  const std::uint64_t number = known.number;
  migrations_.erase(number);
  broken_.try_emplace(number, BrokenMigration{.known = std::move(known), .error = error});
}

const std::map<std::uint64_t, KnownMigration>& MigrationSet::all() const {
  if (!problems_.empty()) throw Error(problems_.front());
  return migrations_;
}

const KnownMigration& MigrationSet::at(std::uint64_t number) const {
  if (const auto broken = broken_.find(number); broken != broken_.end()) throw Error(broken->second.error);
  const auto found = migrations_.find(number);
  if (found == migrations_.end()) {
    throw usage_error("there is no migration " + std::to_string(number), "{drift} status lists them.");
  }
  return found->second;
}

}  // namespace drift::cli
