// ConditionExpression::check: what DynamoDB refuses once names and values are known, before it looks at an item.
#include "expression/condition_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::refusal;

Attributes values() {
  return testing::json(
      R"({":s":{"S":"x"},":y":{"S":"y"},":n":{"N":"1"},":m2":{"N":"2"},":b":{"B":"AQ=="},":bool":{"BOOL":true},
    ":null":{"NULL":true},":l":{"L":[]},":m":{"M":{}},":ss":{"SS":["a"]},":ns":{"NS":["1"]},":bs":{"BS":["AQ=="]},
    ":t":{"S":"NS"},":nb":{"N":"1.0"}})");
}
const Names names{{"#a", "a"}, {"#b", "b"}};

void check(const char* text) { ConditionExpression::parse(text)->check(values(), names); }

TEST(ConditionCheck, TakesWhatCanHold) {
  for (const char* const text : {
           "a = :bool AND b <> :null AND c = :l AND d = :m AND e <> :ss",
           "a < :s AND a <= :n AND a > :b AND :s >= a AND a < b",
           "a BETWEEN :s AND :y AND a BETWEEN :n AND :nb AND a BETWEEN b AND c AND a BETWEEN :n AND b",
           "a BETWEEN size(b) AND :n",
           "a IN (:s, :n, :bool, b, :l)",
           "begins_with(a, :s) AND begins_with(a, :b) AND begins_with(:s, a) AND begins_with(a, b)",
           "contains(a, :n) AND contains(a, :l) AND contains(:l, a) AND contains(a, b)",
           "attribute_type(a, :t)",
           "size(a) = :s AND size(:s) = :n AND size(:ss) < :n AND size(a) < size(b)",
           "size(a) = size(a)",
           "a.b = a AND a = a.b AND a[0] = a[1]",
           "size(a) <> a",
       }) {
    EXPECT_NO_THROW(check(text)) << text;
  }
}

TEST(ConditionCheck, RefusesAndNamesThePlace) {
  struct Case {
    const char* text;
    const char* says;
  };
  for (const Case& c : {
           Case{"a < :bool",
                "ConditionExpression, character 5: :bool of < has the type BOOL; it takes strings, numbers and "
                "binaries"},
           Case{"a <= :null", ":null of <= has the type NULL"},
           Case{":l > a", "character 1: :l of > has the type L"},
           Case{"a >= :ss", ":ss of >= has the type SS"},
           Case{"b = :s AND NOT (a < :m)", "character 21: :m of < has the type M"},
           Case{"a BETWEEN :bool AND :bool", ":bool of BETWEEN has the type BOOL"},
           Case{"a BETWEEN :ns AND b", ":ns of BETWEEN has the type NS"},
           Case{":bs BETWEEN a AND b", ":bs of BETWEEN has the type BS"},
           Case{"a BETWEEN :s AND :n", "character 3: the bounds of BETWEEN have different types: :s S, :n N"},
           Case{"a BETWEEN :y AND :s", "character 3: the lower bound of BETWEEN, :y, is above the upper one, :s"},
           Case{"a BETWEEN :m2 AND :n", "the lower bound of BETWEEN, :m2, is above"},
           Case{"begins_with(a, :n)", ":n of begins_with has the type N; it takes strings and binaries (S, B)"},
           Case{"begins_with(:ss, a)", ":ss of begins_with has the type SS"},
           Case{"begins_with(size(a), :s)", "an operand of begins_with has the type N"},
           Case{"attribute_type(a, b)",
                "character 19: the second argument of attribute_type must be a value placeholder"},
           Case{"attribute_type(a, :n)", ":n of attribute_type has the type N"},
           Case{"attribute_type(a, :s)", ":s names no type; there are S, N, B, BOOL, NULL, L, M, SS, NS and BS"},
           Case{"size(:n) = :n", ":n of size has the type N; it takes what has a size"},
           Case{"size(:bool) = :n", ":bool of size has the type BOOL"},
           Case{"size(:null) = :n", ":null of size has the type NULL"},
           Case{"size(size(a)) = :n", "an operand of size has the type N"},
           Case{"a = a", "character 3: both operands of = are a; DynamoDB takes only different ones"},
           Case{"a <> #a", "both operands of <> are a"},
           Case{"a.b[1] <= #a.#b[1]", "both operands of <= are a.b[1]"},
           Case{"a BETWEEN :s AND a", "both operands of BETWEEN are a"},
           Case{"a IN (:s, a)", "both operands of IN are a"},
           Case{"contains(a, #a)", "both operands of contains are a"},
           Case{"begins_with(a, a)", "both operands of begins_with are a"},
           Case{"attribute_type(a, a)", "both operands of attribute_type are a"},
           Case{"a = :unknown", "the value :unknown is used but not defined"},
           Case{"a IN (:s, :unknown)", "the value :unknown is used but not defined"},
           Case{"size(:unknown) = :n", "the value :unknown is used but not defined"},
           Case{"attribute_exists(#unknown)", "the name #unknown is used but not defined"},
           Case{"b = :s OR size(a.#unknown) = :n", "the name #unknown is used but not defined"},
       }) {
    expect_says(refusal([&] { check(c.text); }), c.says, c.text);
  }
}

}  // namespace
}  // namespace drift::expression
