// The migrations that there are: what files are called, and what is wrong with a set of them.
#include "cli/migration_set.hpp"

#include "cli/misnamed_files.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/usage_of.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace drift::cli {
namespace {

// "1 add_decade", or "none".
std::string parsed(std::string_view file_name) {
  std::uint64_t number = 0;
  std::string name;
  return parse_file_name(file_name, number, name) ? std::to_string(number) + " " + name : "none";
}

TEST(FileNameTest, DigitsAndAName) {
  EXPECT_EQ(parsed("00001_add_decade.lua"), "1 add_decade");
  EXPECT_EQ(parsed("20261123101500_add_decade.lua"), "20261123101500 add_decade");
  EXPECT_EQ(parsed("7_x.lua"), "7 x");
  EXPECT_EQ(parsed("4611686018427387903_x.lua"), "4611686018427387903 x");
}

TEST(FileNameTest, WhatIsNoMigration) {
  for (const char* name :
       {"README.md", "add_decade.lua", "1.lua", "1_.lua", "_x.lua", "1-x.lua", "-1_x.lua", " 1_x.lua", "1_x.lua~",
        "4611686018427387904_x.lua", "18446744073709551616_x.lua", ".lua", ""}) {
    EXPECT_EQ(parsed(name), "none") << name;
  }
}

class MigrationSetTest : public ::testing::Test {
 protected:
  void write(const std::string& name) const { std::ofstream(directory_.path() / name) << "x"; }

  [[nodiscard]] MigrationSet set(std::vector<Migration> of_program = {}) const {
    return {directory_.path(), std::move(of_program), [](const std::filesystem::path&, std::uint64_t number) {
              return Migration{.number = number, .table = "Movies"};
            }};
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(MigrationSetTest, FilesAndTheProgramsOwnAreOneSetByNumber) {
  write("00010_last.lua");
  write("00002_first.lua");
  write("notes.txt");
  const MigrationSet all = set({{.number = 5, .table = "Movies", .description = "in C++"}});
  std::string names;
  for (const auto& [number, migration] : all.all()) names += display_name(migration) + "; ";
  EXPECT_EQ(names, "00002_first; 5 in C++; 00010_last; ");
}

TEST_F(MigrationSetTest, TwoOfOneNumberAreRefused) {
  write("1_a.lua");
  write("001_b.lua");
  const std::string said = error_of([&] { static_cast<void>(set().all()); });
  EXPECT_TRUE(said.starts_with("ConfigError: two migrations have the number 1: ")) << said;
  EXPECT_NE(said.find("001_b.lua and "), std::string::npos) << said;
}

TEST_F(MigrationSetTest, WhatIsBrokenIsKeptBesideTheOthers) {
  for (const char* name : {"1_a.lua", "2_bad.lua", "3_c.lua", "4_bad.lua", "04_d.lua"}) write(name);
  const MigrationSet all(directory_.path(), {}, [](const std::filesystem::path& file, std::uint64_t number) {
    if (file.stem().string().ends_with("bad")) throw Error("ScriptError", file.filename().string());
    return Migration{.number = number, .table = "Movies"};
  });
  EXPECT_EQ(all.sound().size(), 2U);
  EXPECT_EQ(all.at(3).name, "c");
  EXPECT_EQ(error_of([&] { static_cast<void>(all.at(2)); }), "ScriptError: 2_bad.lua | ");
  EXPECT_EQ(all.broken().at(4).known.number, 4U);
  ASSERT_EQ(all.problems().size(), 2U);
  EXPECT_EQ(error_of([&] { static_cast<void>(all.all()); }), "ScriptError: 2_bad.lua | ");
}

TEST_F(MigrationSetTest, NearMissesAreNamed) {
  for (const char* name : {"00001-dash.lua", "00002_.lua", "3.lua", "4611686018427387904_big.lua", "5x",
                           "00006_fine.lua", "00007-left.lua~", "8-notes.txt", "x9.lua"}) {
    write(name);
  }
  std::filesystem::create_directory(directory_.path() / "10.lua");
  std::filesystem::permissions(directory_.path() / "5x", std::filesystem::perms::owner_all);
  std::filesystem::permissions(directory_.path() / "00007-left.lua~", std::filesystem::perms::owner_all);
  std::string names;
  for (const Error& fault : misnamed_files(directory_.path())) {
    const std::string message = fault.message().substr(directory_.path().string().size() + 1);
    names +=
        message.substr(0, message.find(' ')) + (message.find("4611686018427387903") > message.size() ? "; " : "!; ");
  }
  EXPECT_EQ(names, "00001-dash.lua; 00002_.lua; 3.lua; 4611686018427387904_big.lua!; 5x; ");
  EXPECT_TRUE(misnamed_files(directory_.path() / "missing").empty());
}

TEST_F(MigrationSetTest, ADirectoryThatIsMissingIsForProgramsOnly) {
  const std::filesystem::path missing = directory_.path() / "missing";
  const auto load = [](const std::filesystem::path&, std::uint64_t) { return Migration{}; };
  EXPECT_EQ(MigrationSet(missing, {{.number = 5}}, load).all().size(), 1U);
  const std::string said = error_of([&] { static_cast<void>(MigrationSet(missing, {}, load)); });
  EXPECT_TRUE(said.starts_with("ConfigError: the directory of migrations cannot be read: " + missing.string())) << said;
}

TEST_F(MigrationSetTest, ANumberThatThereIsNotIsAUsersError) {
  EXPECT_EQ(error_of([&] { static_cast<void>(set().at(3)); }),
            "Usage: there is no migration 3 | {drift} status lists them.");
}

TEST(NumbersTest, AreWrittenForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(whole(1'234.5), "1,235");
  EXPECT_EQ(whole(0.49), "0");
  EXPECT_EQ(whole(-3), "0");
  EXPECT_EQ(dollars(0.0125), "$0.0125");
  EXPECT_EQ(dollars(12.5), "$12.50");
  EXPECT_EQ(duration_text(std::chrono::seconds(59)), "59 s");
  EXPECT_EQ(duration_text(std::chrono::seconds(240)), "4 min");
  EXPECT_EQ(duration_text(std::chrono::seconds(7'500)), "2 h 05 min");
}

TEST(NumbersTest, AFileOutsideTheSequenceHasANumberAboveIt) {
  EXPECT_TRUE(is_outside(number_outside("repair")));
  EXPECT_NE(number_outside("repair"), number_outside("repair2"));
  EXPECT_FALSE(is_outside(20261123101500));
  EXPECT_FALSE(is_outside(sequence_max));
  EXPECT_TRUE(is_outside(sequence_max + 1));
}

}  // namespace
}  // namespace drift::cli
