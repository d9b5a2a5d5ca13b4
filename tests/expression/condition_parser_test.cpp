// The text of condition expressions: what DynamoDB's grammar has is taken, everything else is refused with its place.
#include "expression/condition_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::refusal;

TEST(ConditionParser, TakesTheGrammar) {
  for (const char* const text : {
           "a = :v",
           "a <> b AND c < d OR e <= f AND NOT g > h OR i >= :v",
           "a between :v and :w And b BETWEEN c AND d",
           "a IN (:v) or a in (b, c, :w)",
           "attribute_exists(a) AND attribute_not_exists (#b.c[0]) AND attribute_type(a, :t)",
           "begins_with(a, :v) AND contains(b, c) AND begins_with(:v, a)",
           "size(a) > :v AND :v < size(#b.c) AND size(a) BETWEEN :v AND :w AND size(a) IN (:v, b)",
           "size(:v) = :w",
           "NOT NOT a = :v",
           "NOT (a = :v)",
           "(a = :v)",
           "(a = :v) AND (b = :v)",
           "((a = :v) OR b = :v) AND c = :v",
           "((a = :v) OR (b = :v))",
           "(a) = (:v)",
           "((a) = :v)",
           "(a) IN ((:v), (b)) AND (a) BETWEEN (:v) AND (:w)",
           "(size(a)) = (:v)",
           "attribute_exists((a))",
           "NOT(a = :v)AND(b = :v)",
           "a=:v",
           "a<>:v",
       }) {
    EXPECT_NO_THROW(ConditionExpression::parse(text)) << text;
  }
}

TEST(ConditionParser, KeepsTextPlaceholdersAndOperators) {
  const auto expression = ConditionExpression::parse("#b = :y AND NOT (size(#a) IN (:x, :y) OR #b BETWEEN :x AND :z)");
  EXPECT_EQ(expression->text(), "#b = :y AND NOT (size(#a) IN (:x, :y) OR #b BETWEEN :x AND :z)");
  EXPECT_EQ(expression->placeholders().names, (std::vector<std::string>{"#b", "#a"}));
  EXPECT_EQ(expression->placeholders().values, (std::vector<std::string>{":y", ":x", ":z"}));
  EXPECT_EQ(expression->operators(), 7U);  // = AND NOT size IN OR BETWEEN
}

struct Refused {
  const char* text;
  const char* says;
};

constexpr Refused refused_texts[] = {
    {"", "ConditionExpression: the expression is empty"},
    {"a", "character 2: expected a comparison (= <> < <= > >=), BETWEEN or IN, found the end"},
    {":v", "expected a comparison"},
    {"(a)", "expected a comparison"},
    {"a AND b = :v", R"_(character 3: expected a comparison (= <> < <= > >=), BETWEEN or IN, found "AND")_"},
    {"a = :v AND", "character 11: expected a path, a value placeholder (\":v\") or a function, found the end"},
    {"a = :v b", R"_(character 8: expected AND, OR or the end of the expression, found "b"; near ":v b")_"},
    {"a = = :v", R"_(character 5: expected a path, a value placeholder (":v") or a function, found "=")_"},
    {"= :v", "character 1: expected a path"},
    {"a == :v", "character 4: expected a path"},
    {"a != :v", R"_(found "!")_"},
    {"AND a = :v", "\"AND\" is one of DynamoDB's reserved words"},
    {"a = AND (b)", "\"AND\" is one of DynamoDB's reserved words"},
    {"NOT", "character 4: expected a path"},
    {"NOT a", "expected a comparison"},
    {"(a = :v", R"_(character 8: expected AND, OR or ")", found the end)_"},
    {"(a b", R"_(expected a comparison (= <> < <= > >=), BETWEEN or IN, found "b")_"},
    {"a = :v)", R"_(expected AND, OR or the end of the expression, found ")")_"},
    {"()", R"_(found ")")_"},
    {"((a = :v))", "character 1: the parentheses are redundant"},
    {"b = :v AND ((a)) = :v", "character 12: the parentheses are redundant"},
    {"(a = :v) = :w", "what stands before is a condition and cannot be compared"},
    {"a = (b = :v)", "a condition cannot be an operand"},
    {"attribute_exists(a) = :v", "what stands before is a condition and cannot be compared"},
    {":v = attribute_exists(a)", "the function attribute_exists is a condition and cannot be an operand"},
    {"contains(a, begins_with(a, :v))", "the function begins_with is a condition and cannot be an operand"},
    {"size(a)", "expected a comparison of size() with a number, found the end"},
    {"size(a) AND b = :v", "expected a comparison of size() with a number"},
    {"size(a, b) = :v", R"_(expected ")" behind the one argument of size, found ",")_"},
    {"size() = :v", "expected a path"},
    {"Size(a) = :v", "there is no function Size in conditions"},
    {"foo(a)", "character 1: there is no function foo in conditions"},
    {"a = foo(b)", "character 5: there is no function foo in conditions"},
    {"if_not_exists(a, :v) = :w", "the function if_not_exists belongs in an update"},
    {"list_append(a, :v) = :w", "the function list_append belongs in an update"},
    {"attribute_exists(", "character 18: expected a path"},
    {"attribute_exists()", "expected a path"},
    {"attribute_exists(a,)", R"_(expected a path, a value placeholder (":v") or a function, found ")")_"},
    {"attribute_exists(a, b)", "attribute_exists takes 1 argument, not 2"},
    {"attribute_exists(:v)", "the first argument of attribute_exists must be a path"},
    {"attribute_not_exists(size(a))", "the first argument of attribute_not_exists must be a path"},
    {"attribute_type(a)", "attribute_type takes 2 arguments, not 1"},
    {"attribute_type(:v, :t)", "the first argument of attribute_type must be a path"},
    {"begins_with(a :v)", R"_(expected ")" behind the arguments of begins_with, found ":v")_"},
    {"begins_with(a)", "begins_with takes 2 arguments, not 1"},
    {"contains(a, b, c)", "contains takes 2 arguments, not 3"},
    {"attribute_exists a", R"_(expected a comparison (= <> < <= > >=), BETWEEN or IN, found "a")_"},
    {"a BETWEEN :v", "expected AND and the upper bound of BETWEEN, found the end"},
    {"a BETWEEN :v OR :w", R"_(expected AND and the upper bound of BETWEEN, found "OR")_"},
    {"a BETWEEN AND :w", "reserved words"},
    {"a IN :v", R"_(expected "(" and the candidates of IN, found ":v")_"},
    {"a IN ()", R"_(found ")"; near "()")_"},
    {"a IN (:v", R"_(expected ")" behind the candidates of IN, found the end)_"},
    {"a NOT IN (:v)", R"_(expected a comparison (= <> < <= > >=), BETWEEN or IN, found "NOT")_"},
    {"status = :v", "character 1: \"status\" is one of DynamoDB's reserved words"},
    {"_a = :v", "begins with \"_\""},
    {"a[x] = :v", "expected the index of a list element"},
    {"a + :v = :w", "expected a comparison"},
    {"a = :v + :w", R"_(expected AND, OR or the end of the expression, found "+")_"},
};

TEST(ConditionParser, RefusesAndNamesThePlace) {
  for (const Refused& c : refused_texts) {
    expect_says(refusal([&] { ConditionExpression::parse(c.text); }), c.says, c.text);
  }
}

std::string repeated(const char* first, const char* next, std::size_t count) {
  std::string text = first;
  for (std::size_t i = 1; i < count; ++i) text += next;
  return text;
}

TEST(ConditionParser, LimitsAreAtTheirBorders) {
  // "a<b" is one operator, " OR a<b" two: 149 of these make 299, and a NOT 300.
  const std::string chain = repeated("a<b", " OR a<b", 150);
  EXPECT_EQ(ConditionExpression::parse(chain)->operators(), 299U);
  EXPECT_EQ(ConditionExpression::parse("NOT " + chain)->operators(), 300U);
  expect_says(refusal([&] { ConditionExpression::parse("NOT NOT " + chain); }), "more than 300 operators and functions",
              "301");
  // A function counts as one, BETWEEN with its AND and IN with all its candidates too.
  EXPECT_EQ(ConditionExpression::parse("size(a) = :v")->operators(), 2U);
  EXPECT_EQ(ConditionExpression::parse("contains(a, :v)")->operators(), 1U);
  EXPECT_EQ(ConditionExpression::parse("a BETWEEN :v AND :w")->operators(), 1U);
  EXPECT_EQ(ConditionExpression::parse("a IN (:v, :w, :x)")->operators(), 1U);

  EXPECT_NO_THROW(ConditionExpression::parse("a IN (" + repeated(":v", ",:v", 100) + ")"));
  expect_says(refusal([&] { ConditionExpression::parse("a IN (" + repeated(":v", ",:v", 101) + ")"); }),
              "character 3: IN has 101 candidates, DynamoDB takes at most 100", "101 candidates");

  EXPECT_NO_THROW(ConditionExpression::parse("a = :" + std::string(4091, 'v')));
  expect_says(refusal([&] { ConditionExpression::parse("a = :" + std::string(4092, 'v')); }), "has 4097 bytes", "4097");
}

TEST(ConditionParser, HostileNestingIsRefusedBeforeItCanOverflowTheStack) {
  expect_says(refusal([] { ConditionExpression::parse(std::string(4096, '(')); }), "nested too deeply", "((((");
  expect_says(refusal([] { ConditionExpression::parse("a = " + std::string(4000, '(')); }), "nested too deeply",
              "a = ((((");
  expect_says(refusal([] { ConditionExpression::parse(repeated("NOT ", "NOT ", 1000)); }), "more than 300 operators",
              "NOT NOT");
  expect_says(refusal([] { ConditionExpression::parse(repeated("size(", "size(", 800)); }), "more than 300 operators",
              "size(size(");
  // The deepest that the limit on operators allows.
  const std::string deep = repeated("(NOT ", "(NOT ", 299) + "a=b" + std::string(299, ')');
  EXPECT_EQ(ConditionExpression::parse(deep)->operators(), 300U);
  EXPECT_TRUE(ConditionExpression::parse(deep)->holds({{"a", 1}}, {}, {}));
  const std::string right = repeated("a<b OR (", "a<b OR (", 149) + "a<b" + std::string(149, ')');
  EXPECT_EQ(ConditionExpression::parse(right)->operators(), 299U);
  const std::string left = std::string(149, '(') + "a<b" + repeated(") OR a<b", ") OR a<b", 149);
  EXPECT_EQ(ConditionExpression::parse(left)->operators(), 299U);
}

}  // namespace
}  // namespace drift::expression
