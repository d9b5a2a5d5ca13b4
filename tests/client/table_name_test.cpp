// What DynamoDB takes for the name of a table.
#include "client/table_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::client {
namespace {

TEST(TableNameTest, LettersDigitsAndThreeMarks) {
  for (const char* name : {"abc", "Movies", "a.b-c_9"}) EXPECT_TRUE(is_table_name(name)) << name;
  for (const char* name : {"", "ab", "a\"b", "a b", "a/b", "Filmé"}) EXPECT_FALSE(is_table_name(name)) << name;
  EXPECT_TRUE(is_table_name(std::string(255, 'a')));
  EXPECT_FALSE(is_table_name(std::string(256, 'a')));
}

TEST(TableNameTest, AnArnHasANameOfATable) {
  EXPECT_TRUE(is_table_arn("arn:aws:dynamodb:eu-west-1:123456789012:table/Movies"));
  EXPECT_TRUE(is_table_arn("arn:aws-cn:dynamodb:cn-north-1:123456789012:table/a.b"));
  for (const char* text : {"", "Movies", "arn:aws:dynamodb:eu-west-1:123456789012:Movies",
                           "arn:aws:dynamodb:eu-west-1:123456789012:table/ab", "arn:a\"b:table/Movies",
                           "arn:aws:dynamodb:eu-west-1:123456789012:table/Movies/index/by-year"}) {
    EXPECT_FALSE(is_table_arn(text)) << text;
  }
}

}  // namespace
}  // namespace drift::client
