// What an update reads and writes, and whether repeating it is harmless (classes 2 and 3 of the design).
#include "expression/update_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using Strings = std::vector<std::string>;

const Names names{{"#a", "a"}, {"#x", "x y"}};

TEST(UpdateReadsAndWrites, EachOnceInTheOrderOfTheText) {
  struct Case {
    const char* text;
    Strings reads;
    Strings writes;
  };
  for (const Case& c : {
           Case{"SET a = :v", {}, {"a"}},
           Case{"SET #x = :v REMOVE b", {}, {"x y", "b"}},
           Case{"REMOVE b SET #a = :v", {}, {"b", "a"}},
           Case{"SET a = b, b = a", {"b", "a"}, {"a", "b"}},
           Case{"SET a = b REMOVE b", {"b"}, {"a", "b"}},
           Case{"SET n = n + :v, k = n - z", {"n", "z"}, {"n", "k"}},
           Case{"SET a = if_not_exists(#a, :v)", {"a"}, {"a"}},
           Case{"SET a = if_not_exists(b, if_not_exists(c, d))", {"b", "c", "d"}, {"a"}},
           Case{"SET l = list_append(m.x, l)", {"m", "l"}, {"l"}},
           Case{"ADD n :v DELETE s :w", {"n", "s"}, {"n", "s"}},
           Case{"SET m.a = :v, m.b = :w, l[0] = :v", {"m", "l"}, {"m", "l"}},
           Case{"REMOVE m.a.b, c", {"m"}, {"m", "c"}},
       }) {
    const auto expression = UpdateExpression::parse(c.text);
    EXPECT_EQ(expression->reads(names), c.reads) << c.text;
    EXPECT_EQ(expression->writes(names), c.writes) << c.text;
  }
}

const Attributes& values() {
  static const Attributes values = testing::json(R"({":v":{"S":"x"},":w":{"L":[]},":n":{"N":"1"},":ss":{"SS":["a"]},
    ":ns":{"NS":["1"]},":bs":{"BS":["AQ=="]}})");
  return values;
}

RepeatClass class_of(const char* text) { return UpdateExpression::parse(text)->repeat_class(values(), names); }

TEST(UpdateClass, RepeatableIsWhatLeavesTheSameAgain) {
  for (const char* const text : {
           "SET a = :v",
           "SET a = (:v), b.c = :w, #x = :n",
           "SET a = if_not_exists(a, :v)",
           "SET a = if_not_exists(#a, :v), m.n = if_not_exists(m.n, :w)",
           "REMOVE a, b.c, #x",
           "ADD s :ss, t :ns, u.v :bs",
           "DELETE s :ss, t :ns, u.v :bs",
           "SET a = :v REMOVE b ADD s :ss DELETE t :ns",
       }) {
    EXPECT_EQ(class_of(text), RepeatClass::repeatable) << text;
  }
}

TEST(UpdateClass, AllElseIsNot) {
  for (const char* const text : {
           // the counter-examples of the design
           "REMOVE l[0]",
           "SET l[9] = :v",
           "SET a = b REMOVE b",
           "SET a = b, b = a",
           // an index anywhere
           "SET m.l[0].x = :v",
           "REMOVE a, m.l[1]",
           "ADD l[0] :ss",
           "DELETE l[0] :ss",
           // an operand that is not a constant
           "SET a = b",
           "SET a = a",
           "SET a = a + :n",
           "SET a = :n - a",
           "SET a = :n + :n",
           "SET l = list_append(l, :w)",
           "SET a = if_not_exists(b, :v)",
           "SET a = if_not_exists(a, b)",
           "SET a = if_not_exists(a, if_not_exists(a, :v))",
           "SET a.b = if_not_exists(a, :v)",
           "SET a = if_not_exists(a, :n) + :n",
           "SET a = :v, b = c",
           "ADD n :n",
           "ADD s :ss, n :n",
       }) {
    EXPECT_EQ(class_of(text), RepeatClass::not_repeatable) << text;
  }
}

// The definition itself: for class 2, executing it twice leaves what executing it once leaves.
TEST(UpdateClass, RepeatingARepeatableOneChangesNothing) {
  const Attributes item = testing::json(R"({"a":{"S":"old"},"b":{"M":{"c":{"N":"1"}}},"m":{"M":{}},"s":{"SS":["a","b"]},
    "t":{"NS":["1"]},"u":{"M":{"v":{"BS":["AQ==","Ag=="]}}}})");
  for (const char* const text : {
           "SET a = :v, b.c = :w, #x = :n",
           "SET a = if_not_exists(a, :v), m.n = if_not_exists(m.n, :w), #x = if_not_exists(#x, :n)",
           "REMOVE a, b.c, #x",
           "ADD s :ss, t :ns, u.v :bs, #x :ss",
           "DELETE s :ss, t :ns, u.v :bs, #x :ss",
       }) {
    const auto expression = UpdateExpression::parse(text);
    ASSERT_EQ(expression->repeat_class(values(), names), RepeatClass::repeatable) << text;
    const Attributes once = expression->apply(item, values(), names);
    EXPECT_EQ(to_json(expression->apply(once, values(), names)), to_json(once)) << text;
  }
}

}  // namespace
}  // namespace drift::expression
