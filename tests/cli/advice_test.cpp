// Advice: the library's names are said in words of the command, and none is left.
#include "cli/advice.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace drift::cli {
namespace {

std::string said(const char* text) { return advised(std::string(text), 3); }

TEST(AdviceTest, NamesBecomeVerbs) {
  EXPECT_EQ(said("or give it up with Migrator::restart: what"), "or give it up with drift restart 3: what");
  EXPECT_EQ(said("Migrator::applied() lists what is applied."), "drift status lists what is applied.");
  EXPECT_EQ(said("Call Migrator::init() once to create it."), "Run drift init once to create it.");
  EXPECT_EQ(said("Call Migrator::undo again: it goes on"), "Run drift resume: it goes on");
  EXPECT_EQ(advised("Migrator::history lists its runs.", std::nullopt), "drift history V lists its runs.");
  EXPECT_EQ(advised("Call Migrator::run again: it goes on.", 3, {.to_finish = "drift resume --local"}),
            "Run drift resume --local: it goes on.");
}

TEST(AdviceTest, AProgramWithMigrationsOfItsOwnIsNamed) {
  const Circumstances own{.program = "b/mine", .to_finish = "b/mine resume", .is_of_program = true};
  EXPECT_EQ(advised("or give it up with Migrator::restart: what", 3, own), "or give it up with b/mine restart 3: what");
  EXPECT_EQ(advised("Finish it with the program that began it; or, where the callbacks do the same, set "
                    "Migration::revision to 1",
                    3, own),
            "Finish it with the program that began it; or, where the callbacks do the same, set `revision` to 1");
}

TEST(AdviceTest, UnlockGetsItsToken) {
  EXPECT_EQ(said("gone for good: Migrator::unlock(3, 17)."), "gone for good: drift unlock 3 --token 17.");
  EXPECT_EQ(said("it was released by Migrator::unlock()"), "it was released by drift unlock");
}

TEST(AdviceTest, OptionsBecomeFlags) {
  EXPECT_EQ(said("or set lock_timeout higher."), "or set --lock-timeout higher.");
  EXPECT_EQ(said("set RunOptions::lock_timeout."), "set --lock-timeout.");
  EXPECT_EQ(said("Raise RunOptions::max_cost or max_write_units and"), "Raise --max-cost or --max-write-units and");
  EXPECT_EQ(said("(MigratorOptions::state_dir, or"), "(--state-dir, or");
  EXPECT_EQ(said("Set Migration::table."), "Set `table`.");
  EXPECT_EQ(said("RunOptions::no_such_thing"), "RunOptions::no_such_thing");
}

TEST(AdviceTest, AnErrorKeepsWhatItIs) {
  const Error error = advised(Error({.code = "CostCap",
                                     .message = "by Migrator::unlock()",
                                     .table = "Movies",
                                     .key = {{"id", 7}},
                                     .next_step = "Raise RunOptions::max_cost.",
                                     .retryable = true}),
                              3);
  EXPECT_EQ(error.code(), "CostCap");
  EXPECT_EQ(error.message(), "by drift unlock");
  EXPECT_EQ(error.next_step(), "Raise --max-cost.");
  EXPECT_EQ(error.table(), "Movies");
  EXPECT_EQ(error.key().at("id"), Value(7));
  EXPECT_TRUE(error.retryable());
}

TEST(AdviceTest, AReportsErrorsAndNotesAreSaidSo) {
  Report report{.notes = {"The run was begun with Apply::streaming, and goes on so."}};
  report.errors.push_back(Error({.code = "X", .next_step = "Migrator::failures lists them."}));
  report = advised(std::move(report), 3);
  EXPECT_EQ(report.notes.front(), "The run was begun with --apply streaming, and goes on so.");
  EXPECT_EQ(report.errors.front().next_step(), "drift failures 3 lists them.");
}

// The texts of a source: literals that follow each other are one, and between the others something is put in.
class Texts {
 public:
  explicit Texts(std::string source) : source_(std::move(source)) {}

  std::vector<std::string> all() {
    for (at_ = 0; at_ < source_.size();) {
      if (source_.compare(at_, 2, "//") == 0) {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else if (source_[at_] == '\'' &&
                 (at_ == 0 || std::isdigit(static_cast<unsigned char>(source_[at_ - 1])) == 0)) {
        skip_character();
      } else if (source_[at_] == '"') {
        texts_.push_back(literals());
      } else {
        ++at_;
      }
    }
    return texts_;
  }

 private:
  void skip_character() {
    for (++at_; at_ < source_.size() && source_[at_] != '\''; ++at_) {
      if (source_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  std::string literals() {
    std::string text;
    while (at_ < source_.size() && source_[at_] == '"') {
      for (++at_; at_ < source_.size() && source_[at_] != '"'; ++at_) {
        if (source_[at_] == '\\') ++at_;
        text += source_[at_];
      }
      at_ = std::min(source_.find_first_not_of(" \n", at_ + 1), source_.size());
    }
    return text;
  }

  std::string source_;
  std::size_t at_ = 0;
  std::vector<std::string> texts_;
};

TEST(AdviceTest, NoNameOfTheLibraryIsLeft) {
  const std::regex name("[A-Z][A-Za-z]+::[a-z_]+");
  std::size_t found = 0;
  const std::filesystem::path source = std::filesystem::path(DRIFT_SOURCE_DIR) / "src";
  for (const char* room : {"migrate", "journal", "client", "value", "expression"}) {
    for (const auto& entry : std::filesystem::directory_iterator(source / room)) {
      if (entry.path().extension() != ".cpp") continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      for (const std::string& each : Texts(text.str()).all()) {
        if (!std::regex_search(each, name)) continue;
        ++found;
        const std::string translated = advised(each, 3);
        EXPECT_FALSE(std::regex_search(translated, name)) << entry.path() << ": " << translated;
        EXPECT_EQ(translated.find("()"), std::string::npos) << entry.path() << ": " << translated;
      }
    }
  }
  EXPECT_GT(found, 35U);  // the test finds them at all
}

}  // namespace
}  // namespace drift::cli
