// Exit codes: what a pipeline is told of each outcome and each error.
#include "cli/exit_code.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace drift::cli {
namespace {

TEST(ExitCodeTest, OfOutcomes) {
  const std::map<Outcome, int> codes{{Outcome::applied, 0},    {Outcome::undone, 0}, {Outcome::failed, 1},
                                     {Outcome::refused, 2},    {Outcome::locked, 4}, {Outcome::stopped, 7},
                                     {Outcome::quarantined, 8}};
  for (const auto& [outcome, code] : codes) {
    EXPECT_EQ(static_cast<int>(exit_code_of(Report{.outcome = outcome})), code) << outcome_text(outcome);
  }
}

TEST(ExitCodeTest, OfErrors) {
  const std::map<std::string, int> codes{{"Usage", 2},        {"ConfigError", 2}, {"NoRegion", 2},
                                         {"ScriptError", 2},  {"NoSuchRun", 2},   {"NoSuchFailure", 2},
                                         {"Locked", 4},       {"Changed", 5},     {"OutOfOrder", 5},
                                         {"AccessDenied", 1}, {"Failed", 1},      {"ResourceNotFoundException", 2}};
  for (const auto& [error, code] : codes) EXPECT_EQ(static_cast<int>(exit_code_of(Error(error, ""))), code) << error;
}

}  // namespace
}  // namespace drift::cli
