// The text of update expressions: what DynamoDB's grammar has is taken, everything else is refused with its place.
#include "expression/update_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::refusal;

TEST(UpdateParser, TakesTheGrammar) {
  for (const char* const text : {
           "SET a = :v",
           "set a=:v",
           "SET a = :v, b.c[0].#d = a REMOVE e, #f.g[12] ADD n :v, m.n :v DELETE s :v",
           "DELETE s :v ADD n :v REMOVE e SET a = :v",
           "SET\ta\r\n=\n:v",
           "SET a = b + :v, c = :v - d",
           "SET a = if_not_exists(a, :v) + :w",
           "SET a = list_append(if_not_exists(a, :empty), :v)",
           "SET a = list_append(list_append(b, c), list_append(d, e))",
           "SET a = if_not_exists ( b , if_not_exists(c, d) )",
           "SET a = (:v), b = (c), d = (e + :v), f = (g) - (:v)",
           "SET a = list_append((b), (:v))",
           "SET a[ 3 ] = :v",
           "SET a . b [0] . c = :v",
           "SET a1_b2 = :_v_1, #1 = :1",
           "REMOVE a[2147483647]",
       }) {
    EXPECT_NO_THROW(UpdateExpression::parse(text)) << text;
  }
}

TEST(UpdateParser, KeepsTextPlaceholdersAndOperators) {
  const auto expression = UpdateExpression::parse("SET #b = :y + :x, a = if_not_exists(#a, :y) REMOVE #b2 ADD c :x");
  EXPECT_EQ(expression->text(), "SET #b = :y + :x, a = if_not_exists(#a, :y) REMOVE #b2 ADD c :x");
  EXPECT_EQ(expression->placeholders().names, (std::vector<std::string>{"#b", "#a", "#b2"}));
  EXPECT_EQ(expression->placeholders().values, (std::vector<std::string>{":y", ":x"}));
  EXPECT_EQ(expression->operators(), 2U);
}

struct Refused {
  const char* text;
  const char* says;
};

constexpr Refused refused_texts[] = {
    {"", "UpdateExpression: the expression is empty"},
    {" \t\n", "the expression is empty"},
    {"a = :v", R"_(character 1: expected SET, REMOVE, ADD or DELETE, found "a"; near "a =")_"},
    {"SET", R"_(character 4: expected the name of an attribute, found the end; near "SET")_"},
    {"SET a", R"_(character 6: expected "=" behind the path that SET writes, found the end)_"},
    {"SET a =", "character 8: expected a path, a value placeholder"},
    {"SET a = :v x",
     R"_(character 12: expected a comma and the next action, another clause or the end of the expression, found "x"; near ":v x")_"},
    {"SET a = :v,", "character 12: expected the name of an attribute, found the end"},
    {"SET a = :v !", R"_(found "!"; near ":v !")_"},
    {"SET a = :v \xC3\xA9 = b", "found \"\xC3\xA9\""},
    {"SET a == :v",
     R"_(character 8: expected a path, a value placeholder (":v"), if_not_exists or list_append, found "=")_"},
    {"SET :a = :v", R"_(character 5: expected the name of an attribute, found ":a")_"},
    {"SET a = : v", R"_(character 9: expected a path)_"},
    {"SET # = :v", R"_(character 5: expected the name of an attribute, found "#")_"},
    {"SET a. = :v", R"_(expected the name of an attribute, found "=")_"},
    {"SET a[0 = :v", R"_(expected "]" behind the list index, found "=")_"},
    {"SET a[] = :v", R"_(expected the index of a list element (digits, no leading zero), found "]")_"},
    {"SET a[01] = :v", R"_(expected "]" behind the list index, found "1")_"},
    {"SET a[-1] = :v", R"_(expected the index of a list element)_"},
    {"SET a[:i] = :v", R"_(expected the index of a list element)_"},
    {"SET [0] = :v", R"_(expected the name of an attribute, found "[")_"},
    {"SET a[2147483648] = :v", "the list index is out of range"},
    {"SET a[99999999999999999999] = :v", "the list index is out of range"},
    {"SET 1a = :v", R"_(expected the name of an attribute, found "1")_"},
    {"SET a = 1", R"_(found "1")_"},
    {"SET a = 'x'", R"_(found "'")_"},
    {"SET a = :v REMOVE b SET c = :v", "character 21: the clause SET stands here a second time"},
    {"REMOVE a REMOVE b", "the clause REMOVE stands here a second time"},
    {"ADD a :v ADD b :v", "the clause ADD stands here a second time"},
    {"DELETE a :v DELETE b :v", "the clause DELETE stands here a second time"},
    {"REMOVE a :v", R"_(found ":v"; near "a :v")_"},
    {"ADD a", R"_(character 6: expected a value placeholder (":v"), found the end)_"},
    {"ADD a b", R"_(expected a value placeholder (":v"), found "b")_"},
    {"DELETE a = :v", R"_(expected a value placeholder (":v"), found "=")_"},
    {"SET a = b + c + d", "character 15: a sum has two operands"},
    {"SET a = b + (c - d)", "a sum cannot be an operand of a sum or of a function"},
    {"SET a = (b - c) + d", "a sum has two operands"},
    {"SET a = list_append(b + c, d)", R"_(expected "," and the second argument of list_append, found "+")_"},
    {"SET a = if_not_exists(b, c + d)", "a sum cannot be an operand of a sum or of a function"},
    {"SET a = ((b))", "character 9: the parentheses are redundant"},
    {"SET a = ((b + c))", "the parentheses are redundant"},
    {"SET a = (b", R"_(expected ")" behind the operand, found the end)_"},
    {"SET a = b)", R"_(found ")")_"},
    {"SET (a) = :v", R"_(expected the name of an attribute, found "(")_"},
    {"SET a = if_not_exists(a)", R"_(expected "," and the second argument of if_not_exists, found ")")_"},
    {"SET a = if_not_exists(:v, a)", "the first argument of if_not_exists must be a path"},
    {"SET a = list_append(a, b, c)", R"_(expected ")" behind the two arguments of list_append, found ",")_"},
    {"SET a = List_Append(a, b)", "there is no function List_Append in updates"},
    {"SET a = foo(b)", "character 9: there is no function foo in updates"},
    {"SET a = size(b)", "the function size belongs in a condition, not in an update"},
    {"SET a = attribute_exists(b)", "belongs in a condition"},
};

TEST(UpdateParser, RefusesAndNamesThePlace) {
  for (const Refused& c : refused_texts) {
    expect_says(refusal([&] { UpdateExpression::parse(c.text); }), c.says, c.text);
  }
}

TEST(UpdateParser, RefusesNamesThatMustBeEscapedAndSaysHow) {
  const std::string reserved = refusal([] { UpdateExpression::parse("SET Status = :v"); });
  expect_says(reserved, "character 5: \"Status\" is one of DynamoDB's reserved words", "SET Status");
  expect_says(reserved, ">> Write #Status in the expression and add {\"#Status\", \"Status\"} to its names.",
              "SET Status");
  const std::string underscore = refusal([] { UpdateExpression::parse("SET a._b = :v"); });
  expect_says(underscore, "character 7: \"_b\" begins with \"_\"", "SET a._b");
  expect_says(underscore, ">> Write #n_b in the expression and add {\"#n_b\", \"_b\"}", "SET a._b");
  expect_says(refusal([] { UpdateExpression::parse("SET remove = :v"); }),
              R"(character 5: "remove" is a keyword and cannot name an attribute here)", "SET remove");
  EXPECT_NO_THROW(UpdateExpression::parse("SET #Status = :v, #n_b = :v"));
  expect_says(refusal([] { UpdateExpression::parse("REMOVE a.value"); }), "reserved words", "REMOVE a.value");
  expect_says(refusal([] { UpdateExpression::parse("SET a = name"); }), "reserved words", "SET a = name");
}

TEST(UpdateParser, LimitsAreAtTheirBorders) {
  const auto with_bytes = [](std::size_t bytes) { return "REMOVE " + std::string(bytes - 7, 'a'); };
  EXPECT_NO_THROW(UpdateExpression::parse(with_bytes(4096)));
  expect_says(refusal([&] { UpdateExpression::parse(with_bytes(4097)); }),
              "has 4097 bytes, DynamoDB takes at most 4096", "4097 bytes");

  const auto with_sums = [](std::size_t count) {
    std::string text = "SET a=b+c";
    for (std::size_t i = 1; i < count; ++i) text += ",a=b+c";
    return text;
  };
  EXPECT_EQ(UpdateExpression::parse(with_sums(300))->operators(), 300U);
  expect_says(refusal([&] { UpdateExpression::parse(with_sums(301)); }), "more than 300 operators and functions",
              "301 sums");

  const auto with_dereferences = [](std::size_t count) {
    std::string text = "REMOVE a";
    for (std::size_t i = 0; i < count; ++i) text += i % 2 == 0 ? ".b" : "[0]";
    return text;
  };
  EXPECT_NO_THROW(UpdateExpression::parse(with_dereferences(32)));
  expect_says(refusal([&] { UpdateExpression::parse(with_dereferences(33)); }), "has 33 steps into maps and lists",
              "33 dereferences");
}

TEST(UpdateParser, HostileNestingIsRefusedBeforeItCanOverflowTheStack) {
  expect_says(refusal([] { UpdateExpression::parse("SET a = " + std::string(4000, '(')); }), "nested too deeply",
              "((((");
  std::string calls = "SET a = ";
  for (int i = 0; i < 330; ++i) calls += "list_append(";
  expect_says(refusal([&] { UpdateExpression::parse(calls); }), "more than 300 operators", "list_append(list_append(");
  // The deepest that the limit on operators allows: 200 functions, each argument in parentheses.
  std::string deep = "SET a = ";
  for (int i = 0; i < 200; ++i) deep += "(list_append(b,";
  deep += "c";
  for (int i = 0; i < 200; ++i) deep += "))";
  EXPECT_EQ(UpdateExpression::parse(deep)->operators(), 200U);
}

}  // namespace
}  // namespace drift::expression
