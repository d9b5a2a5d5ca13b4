// check_placeholders: used and defined are the same, and the request is within DynamoDB's limits.
#include "expression/limits.hpp"

#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::refusal;

// Both texts may be empty: no such expression.
void check(std::string_view update, std::string_view condition, const Attributes& values, const Names& names) {
  const auto parsed_update = update.empty() ? nullptr : UpdateExpression::parse(update);
  const auto parsed_condition = condition.empty() ? nullptr : ConditionExpression::parse(condition);
  check_placeholders(parsed_update.get(), parsed_condition.get(), values, names);
}

TEST(Placeholders, UsedAndDefinedAreTheSame) {
  EXPECT_NO_THROW(check("SET a = :v", "", {{":v", 1}}, {}));
  EXPECT_NO_THROW(check("SET #a = :v, #b = :v", "", {{":v", 1}}, {{"#a", "a"}, {"#b", "b"}}));
  EXPECT_NO_THROW(check("SET #a = :v", "#a = :w AND #b = :v", {{":v", 1}, {":w", 1}}, {{"#a", "a"}, {"#b", "b"}}));
  EXPECT_NO_THROW(check("", "attribute_exists(#a)", {}, {{"#a", "a"}}));
  EXPECT_NO_THROW(check("REMOVE a", "", {}, {}));
  EXPECT_NO_THROW(check("", "", {}, {}));
}

TEST(Placeholders, RefusesAndNamesThePlaceholder) {
  expect_says(refusal([] { check("SET a = :v", "", {}, {}); }),
              "the value :v is used in an expression but not defined >> Add {\":v\", <the value>} to the values.",
              "missing");
  expect_says(refusal([] { check("SET a = :v", "b = :w", {{":v", 1}}, {}); }), "the value :w is used", "missing");
  expect_says(refusal([] { check("SET #a = :v", "", {{":v", 1}}, {}); }), "the name #a is used", "missing");
  expect_says(refusal([] {
                check("SET a = :v", "", {{":v", 1}, {":w", 1}}, {});
              }),
              "the value \":w\" is defined but no expression uses it", "unused");
  expect_says(refusal([] {
                check("SET a = :v", "b = :v", {{":v", 1}}, {{"#n", "n"}});
              }),
              "the name \"#n\" is defined but no expression uses it", "unused");
  expect_says(refusal([] {
                check("", "", {{":v", 1}}, {});
              }),
              "the value \":v\" is defined but no expression uses it", "unused");
  expect_says(refusal([] {
                check("SET a = :v", "", {{":v", 1}, {"w", 1}}, {});
              }),
              "the value \"w\" is not of the form :name", "form");
  expect_says(refusal([] {
                check("SET a = :v", "", {{":v", 1}, {":w-x", 1}}, {});
              }),
              "the value \":w-x\" is not of the form", "form");
  expect_says(refusal([] {
                check("SET a = :v", "", {{":v", 1}, {":", 1}}, {});
              }),
              "the value \":\" is not of the form", "form");
  expect_says(refusal([] {
                check("SET a = :v", "", {{":v", 1}}, {{"n", "n"}});
              }),
              "the name \"n\" is not of the form #name", "form");
  expect_says(refusal([] { check("REMOVE #n", "", {}, {{"#n", ""}}); }), "the name #n is empty", "empty");
}

TEST(Placeholders, LimitsAreAtTheirBorders) {
  const auto with_placeholder = [](std::size_t bytes) {
    const std::string placeholder = ":" + std::string(bytes - 1, 'v');
    check("SET a = " + placeholder, "", {{placeholder, 1}}, {});
  };
  EXPECT_NO_THROW(with_placeholder(255));
  expect_says(refusal([&] { with_placeholder(256); }), "has 256 bytes, DynamoDB takes at most 255", "256 bytes");

  // ":v" counts with its value.
  const auto with_value = [](std::size_t bytes) { check("SET a = :v", "", {{":v", std::string(bytes - 2, 'x')}}, {}); };
  EXPECT_NO_THROW(with_value(2'097'152));
  expect_says(refusal([&] { with_value(2'097'153); }), "have 2097153 bytes, DynamoDB takes at most 2097152",
              "2 MB and 1");
  const auto with_name = [](std::size_t bytes) { check("REMOVE #n", "", {}, {{"#n", std::string(bytes, 'x')}}); };
  EXPECT_NO_THROW(with_name(65'535));
  expect_says(refusal([&] { with_name(65'536); }), "the name #n has 65536 bytes", "65,536 bytes");

  // 300 operators in all.
  std::string sums = "SET a = b + c";
  for (int i = 1; i < 200; ++i) sums += ", a = b + c";
  std::string comparisons = "a < b";
  for (int i = 0; i < 49; ++i) comparisons += " OR a < b";  // 99 operators
  EXPECT_NO_THROW(check(sums, comparisons, {}, {}));
  EXPECT_NO_THROW(check(sums, "NOT " + comparisons, {}, {}));
  expect_says(refusal([&] { check(sums, "NOT NOT " + comparisons, {}, {}); }),
              "have 301 operators and functions in all", "301");
}

}  // namespace
}  // namespace drift::expression
