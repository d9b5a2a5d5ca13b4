// What was meant by a word that is none of those that there are.
#include "cli/usage_error.hpp"

#include <gtest/gtest.h>

namespace drift::cli {
namespace {

const std::vector<std::string_view> names{"up", "up-to", "down", "status", "write-rate", "read-rate"};

TEST(UsageErrorTest, TheNearestIsByInsertionDeletionReplacementAndSwap) {
  EXPECT_EQ(nearest("wite-rate", names), "write-rate");
  EXPECT_EQ(nearest("write-ratee", names), "write-rate");
  EXPECT_EQ(nearest("write_rate", names), "write-rate");
  EXPECT_EQ(nearest("sttaus", names), "status");  // one swap, not two replacements
  EXPECT_EQ(nearest("dwon", names), "down");
}

TEST(UsageErrorTest, TheNearerOfTwoIsTaken) {
  EXPECT_EQ(nearest("raed-rate", names), "read-rate");
  EXPECT_EQ(nearest("upto", names), "up-to");
}

TEST(UsageErrorTest, WhatIsFarFromAllIsNothing) {
  EXPECT_EQ(nearest("elephant", names), "");
  EXPECT_EQ(nearest("xx", names), "");
  EXPECT_EQ(nearest("", {}), "");
}

TEST(UsageErrorTest, ASuggestionOrWhatElseThereIs) {
  EXPECT_EQ(did_you_mean("up", "See --help."), "Did you mean up?");
  EXPECT_EQ(did_you_mean("", "See --help."), "See --help.");
}

}  // namespace
}  // namespace drift::cli
