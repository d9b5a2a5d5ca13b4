// Results as JSON.
#include "cli/json_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drift::cli {
namespace {

TEST(JsonTextTest, AnArrayOfTextsHasThemEscaped) {
  const auto array = [](const std::vector<std::string>& texts) { return json_array(texts, json_string); };
  EXPECT_EQ(array({}), "[]");
  EXPECT_EQ(array({"eu-west-1", "a\"b\\c"}), R"(["eu-west-1","a\"b\\c"])");
}

TEST(JsonTextTest, WhatIsNoUtf8HasAMarkInItsPlace) {
  EXPECT_EQ(json_string("a\xFF"), R"("a?")");
  EXPECT_EQ(JsonText().text("file", "a\xFF").number("n", 1).take(), R"({"file":"a?","n":1})");
}

}  // namespace
}  // namespace drift::cli
