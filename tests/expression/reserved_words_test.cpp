// The list is data; what can go wrong is its search.
#include "expression/reserved_words.hpp"

#include "expression/condition_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

TEST(ReservedWords, AreFoundInWhateverCase) {
  for (const char* const word :
       {"ABORT",  "abort", "Status",  "sTaTuS",        "name",     "COUNT", "data",   "Timestamp", "TTL", "value",
        "values", "items", "user",    "date",          "year",     "ZONE",  "zone",   "size",      "set", "hash",
        "range",  "NOT",   "current", "authorization", "FLATTERN", "state", "region", "type",      "url", "uuid"}) {
    EXPECT_TRUE(is_reserved_word(word)) << word;
  }
}

TEST(ReservedWords, OthersAreNot) {
  for (const char* const word :
       {"", "a", "AA", "ABORTS", "ABOR", "ZONES", "zz", "status_", "statu", "id", "title", "price",
        "a_very_long_name_that_is_longer_than_any_word_of_the_list", "email", "#status"}) {
    EXPECT_FALSE(is_reserved_word(word)) << word;
  }
}

TEST(ReservedWords, MustBeEscapedAnywhereInAPath) {
  for (const char* const text : {"status = :v", "a.status = :v", "a = b.status", "attribute_exists(a[0].Status)"}) {
    testing::expect_says(testing::refusal([&] { ConditionExpression::parse(text); }),
                         "is one of DynamoDB's reserved words", text);
  }
}

}  // namespace
}  // namespace drift::expression
