// ConditionExpression::holds, and what a condition reads.
#include "expression/condition_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::json;

Attributes item() {
  return json(R"({"s":{"S":"hello"},"n":{"N":"5"},"b":{"B":"AQID"},"t":{"BOOL":true},"z":{"NULL":true},
    "l":{"L":[{"N":"1"},{"S":"x"},{"SS":["a"]},{"M":{"q":{"N":"1"}}}]},"m":{"M":{"a":{"N":"1"},"l":{"L":[{"N":"4"}]}}},
    "ss":{"SS":["a","b"]},"ns":{"NS":["1","2.50"]},"bs":{"BS":["AQ=="]},"five":{"N":"5.00"},"h":{"S":"he"},
    "emoji":{"S":"a\u00e9\ud83d\ude00"},"nil":{"S":""},"big":{"N":"12345678901234567890123456789012345678"}})");
}

Attributes values() {
  return json(
      R"({":he":{"S":"he"},":hello":{"S":"hello"},":zz":{"S":"zz"},":n4":{"N":"4"},":n5":{"N":"5.0"},":n6":{"N":"6"},
    ":n1":{"N":"1"},":n25":{"N":"2.5"},":n3":{"N":"3"},":n0":{"N":"0"},":n2":{"N":"2"},":s5":{"S":"5"},":t":{"BOOL":true},
    ":f":{"BOOL":false},":null":{"NULL":true},":b2":{"B":"Ag=="},":b12":{"B":"AQI="},":ab":{"SS":["b","a"]},
    ":a":{"S":"a"},":sa":{"SS":["a"]},":q":{"M":{"q":{"N":"1.0"}}},":e":{"S":""},":S":{"S":"S"},":M":{"S":"M"},
    ":l4":{"L":[{"N":"4"}]},":nset":{"NS":["2.5","1"]},":bigger":{"N":"12345678901234567890123456789012345679"}})");
}
const Names names{{"#s", "s"}, {"#m", "m"}, {"#l", "l"}};

bool holds(const char* text, const Attributes& of = item()) {
  return ConditionExpression::parse(text)->holds(of, values(), names);
}

TEST(ConditionHolds, Comparisons) {
  for (const char* const text : {
           "s = :hello",
           "n = :n5",
           "n = five",
           "five = :n5",
           "t = :t",
           "z = :null",
           "ss = :ab",
           "ns = :nset",
           "m.l = :l4",
           "l[3] = :q",
           "s <> :he",
           "n <> :s5",
           "n <> s",
           "t <> :f",
           "ss <> :sa",
           "x <> :n5",
           "x <> y",  // what does not exist is unequal
                      // to everything
           "s > :he",
           "s >= :hello",
           "s < :zz",
           "n < :n6",
           "n <= :n5",
           "n > :n4",
           "b > :b12",
           "big < :bigger",
           "m.a < #m.#l[0]",
           ":n4 < n",
           "size(s) = n",
       }) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* const text : {
           "s = :he",        "n = :s5",    "x = :n5",    "x = y",     "n <> :n5",  "n < :s5",    "n > :s5",
           "n >= s",         "x < :n5",    "x >= y",     "t < z",     "l <= m",    "l >= l[0]",  "ss > ns",
           "big >= :bigger", "m.zz = :n1", "l[9] = :n1", "n.a = :n1", "l.a = :n1", "m[0] = :n1",
       }) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(ConditionHolds, BetweenAndIn) {
  for (const char* const text : {
           "n BETWEEN :n4 AND :n6",
           "n BETWEEN :n5 AND five",
           "s BETWEEN :he AND :zz",
           ":n5 BETWEEN :n4 AND n",
           "n IN (:zz, :n5)",
           "s IN (h, :hello)",
           "ss IN (:zz, :ab)",
           "NOT x BETWEEN :n4 AND :n6",
           "NOT x IN (:n5)",
       }) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* const text : {
           "n BETWEEN :n6 AND big",
           "n BETWEEN :he AND :zz",
           "x BETWEEN :n4 AND :n6",
           "n BETWEEN x AND :n6",
           "n BETWEEN :n4 AND x",
           "n IN (:s5, x)",
           "x IN (:n5, y)",
       }) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(ConditionHolds, Functions) {
  for (const char* const text : {
           "attribute_exists(s)",        "attribute_exists(m.l[0])",  "attribute_not_exists(x)",
           "attribute_not_exists(l[4])", "attribute_not_exists(s.a)", "attribute_type(s, :S)",
           "attribute_type(m, :M)",      "begins_with(s, :he)",       "begins_with(s, h)",
           "begins_with(:hello, h)",     "begins_with(b, :b12)",      "begins_with(s, :e)",
           "contains(s, :he)",           "contains(s, :e)",           "contains(b, :b2)",
           "contains(ss, :a)",           "contains(ns, :n25)",        "contains(l, :n1)",
           "contains(l, :sa)",           "contains(l, :q)",           "contains(bs, bs) OR contains(l, m.a)",
       }) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* const text : {
           "attribute_exists(x)",   "attribute_exists(m.x)", "attribute_not_exists(s)", "attribute_type(n, :S)",
           "attribute_type(x, :S)", "begins_with(s, :zz)",   "begins_with(n, :he)",     "begins_with(b, :hello)",
           "begins_with(x, :he)",   "begins_with(s, x)",     "begins_with(h, s)",       "begins_with(b, :b2)",
           "contains(s, :n5)",      "contains(ss, :n1)",     "contains(ns, :a)",        "contains(ns, :n3)",
           "contains(l, :a)",       "contains(m, :a)",       "contains(n, :n5)",        "contains(x, :a)",
           "contains(s, x)",
       }) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(ConditionHolds, Sizes) {
  for (const char* const text : {
           "size(s) = :n5",
           "size(b) = :n3",
           "size(l) = :n4",
           "size(m) = :n2",
           "size(ss) = :n2",
           "size(ns) = :n2",
           "size(bs) = :n1",
           "size(nil) = :n0",
           "size(emoji) = :n4",  // UTF-16: 1 + 1 + 2
           "size(n) <> :n1",
           "size(t) <> :n1",
           "size(x) <> :n1",
           "size(:hello) = size(s)",
           "NOT size(z) >= :n0",
       }) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* const text :
       {"size(n) = :n1", "size(t) < :n6", "size(z) >= :n0", "size(x) >= :n0", "size(s) = :s5"}) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(ConditionHolds, LogicAndPrecedence) {
  // T and F are conditions that hold and do not; the expected value as DynamoDB's precedence has it.
  struct Case {
    const char* text;
    bool expected;
  };
  for (const Case& c : {
           Case{"n = :n5 OR n = :n5 AND n = :n4", true},
           Case{"(n = :n5 OR n = :n5) AND n = :n4", false},
           Case{"n = :n4 AND n = :n5 OR n = :n5", true},
           Case{"NOT n = :n4 AND n = :n5", true},
           Case{"NOT n = :n5 OR n = :n5", true},
           Case{"NOT (n = :n5 OR n = :n5)", false},
           Case{"NOT n = :n4 AND NOT n = :n5", false},
           Case{"NOT NOT n = :n5", true},
           Case{"n = :n4 OR n = :n4 OR n = :n5", true},
           Case{"n = :n5 AND n = :n5 AND n = :n4", false},
           Case{"n BETWEEN :n4 AND :n6 AND n = :n4", false},
       }) {
    EXPECT_EQ(holds(c.text), c.expected) << c.text;
  }
}

TEST(ConditionHolds, AnItemThatDoesNotExistHasNoAttributes) {
  EXPECT_TRUE(holds("attribute_not_exists(s)", {}));
  EXPECT_TRUE(holds("s <> :he", {}));
  EXPECT_FALSE(holds("attribute_exists(s)", {}));
  EXPECT_FALSE(holds("s = :he OR n > :n4", {}));
}

TEST(ConditionReads, EachOnceInTheOrderOfTheText) {
  EXPECT_EQ(ConditionExpression::parse("#l[0] = :v AND (a.b > #m.a OR size(#s) IN (a, c)) AND NOT attribute_exists(#m)")
                ->reads(names),
            (std::vector<std::string>{"l", "a", "m", "s", "c"}));
  EXPECT_TRUE(ConditionExpression::parse(":v = :w")->reads({}).empty());
}

}  // namespace
}  // namespace drift::expression
