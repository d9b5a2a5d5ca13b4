// MigrationSet: all migrations that there are, by number: the files of a directory, and those that a program brings
// along.
#pragma once

#include <drift/error.hpp>
#include <drift/migration.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

struct KnownMigration {
  std::uint64_t number = 0;
  std::string name = {};            // "add_decade"; of a program's: its description
  std::filesystem::path file = {};  // empty: of the program
  Migration migration = {};         // without callbacks until a file is loaded
};

// "00001_add_decade.lua", or with any other extension or none, to 1 and "add_decade"; number and name as they are in
// the file's name. False for another name, and for a number above `sequence_max`.
bool parse_file_name(std::string_view file_name, std::uint64_t& number, std::string& name);

// By its name: 00001_x.lua~
bool is_left_by_editor(std::string_view file_name);

// What stands where a migration should.
struct BrokenMigration {
  KnownMigration known = {};  // its file and its name
  Error error;
};

// A file that cannot be loaded is kept with its error, so that the others can be looked at; who goes through all of
// them is refused.
class MigrationSet {
 public:
  using Load = std::function<Migration(const std::filesystem::path& file, std::uint64_t number)>;

  // Files that are no migrations by their name are passed over. Throws Error, code "ConfigError", for a directory that
  // cannot be read, unless the program brings migrations.
  MigrationSet(const std::filesystem::path& directory, std::vector<Migration> of_program, const Load& load);

  // Throws the first of the problems.
  [[nodiscard]] const std::map<std::uint64_t, KnownMigration>& all() const;
  // Those that could be loaded, and have their number for themselves.
  [[nodiscard]] const std::map<std::uint64_t, KnownMigration>& sound() const noexcept { return migrations_; }
  // The others.
  [[nodiscard]] const std::map<std::uint64_t, BrokenMigration>& broken() const noexcept { return broken_; }
  // Whatever is wrong, in the order of the files: what a file's loading threw; code "ConfigError" for two of the same
  // number.
  [[nodiscard]] const std::vector<Error>& problems() const noexcept { return problems_; }
  // Throws Error, code "Usage", for a number that there is not, and that of one that is broken.
  [[nodiscard]] const KnownMigration& at(std::uint64_t number) const;

 private:
  void add(KnownMigration migration);
  void add_broken(KnownMigration known, const Error& error);
  void read_directory(const std::filesystem::path& directory, const Load& load);

  std::map<std::uint64_t, KnownMigration> migrations_;
  std::map<std::uint64_t, BrokenMigration> broken_;
  std::vector<Error> problems_;
};

}  // namespace drift::cli
