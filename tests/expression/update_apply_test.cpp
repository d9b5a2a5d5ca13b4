// UpdateExpression::apply: the item after the update, or why there is none. The cases of list indexes are those that
// DynamoDB's own answers are known for.
#include "expression/update_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::json;
using testing::refusal;

Attributes before() {
  return json(R"({"pk":{"S":"k"},"n":{"N":"5"},"s":{"S":"text"},"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]},
    "m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"x"}}},"l":{"L":[{"M":{"x":{"N":"7"}}}]}}},
    "ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AQ==","Ag=="]},"one":{"SS":["a"]},
    "ls":{"L":[{"SS":["a"]},{"S":"x"},{"S":"y"}]},"lss":{"L":[{"SS":["a"]},{"SS":["b","c"]},{"S":"z"}]}})");
}

Attributes values() {
  return json(R"({":v":{"N":"10"},":w":{"N":"11"},":s":{"S":"new"},":l":{"L":[{"N":"8"},{"N":"9"}]},
    ":e":{"L":[]},":m":{"M":{"q":{"BOOL":true}}},":a":{"SS":["a"]},":b":{"SS":["b"]},":abc":{"SS":["c","a","b"]},
    ":n2":{"NS":["2","3"]},":b2":{"BS":["Ag==","Aw=="]},":b12":{"BS":["AQ==","Ag=="]},
    ":big":{"N":"99999999999999999999999999999999999999"},":huge":{"N":"9E125"},":half":{"N":"0.5"}})");
}

const Names names{{"#dot", "m.a"}, {"#n", "n"}};

struct Case {
  const char* text;
  const char* expected;  // the attributes that differ; "null" as a whole value: removed
};

// The item that `expected` makes of the one before.
Attributes expected_item(const Case& c, const std::vector<const char*>& removed) {
  Attributes item = before();
  for (auto& [name, value] : json(c.expected)) item.insert_or_assign(name, value);
  for (const char* const name : removed) item.erase(name);
  return item;
}

void expect_item(const Case& c, const std::vector<const char*>& removed = {}) {
  const auto expression = UpdateExpression::parse(c.text);
  expression->check(values(), names, {{"pk", Type::string}});
  EXPECT_EQ(to_json(expression->apply(before(), values(), names)), to_json(expected_item(c, removed))) << c.text;
}

TEST(UpdateApply, Set) {
  for (
      const Case& c : {
          Case{"SET a = :v", R"({"a":{"N":"10"}})"},
          Case{"SET n = :s", R"({"n":{"S":"new"}})"},
          Case{"SET n = n + :v, a = n - :v", R"({"n":{"N":"15"},"a":{"N":"-5"}})"},
          Case{"SET n = :v - #n", R"({"n":{"N":"5"}})"},
          Case{"SET n = (n + :half)", R"({"n":{"N":"5.5"}})"},
          Case{"SET n = n - n", R"({"n":{"N":"0"}})"},
          Case{"SET a = s, s = n, n = s", R"({"a":{"S":"text"},"s":{"N":"5"},"n":{"S":"text"}})"},
          Case{"SET a = if_not_exists(n, :v), b = if_not_exists(x, :v)", R"({"a":{"N":"5"},"b":{"N":"10"}})"},
          Case{"SET a = if_not_exists(x.y[3], n)", R"({"a":{"N":"5"}})"},
          Case{"SET x = if_not_exists(x, :v) + :w", R"({"x":{"N":"21"}})"},
          Case{"SET a = if_not_exists(x, if_not_exists(y, s))", R"({"a":{"S":"text"}})"},
          Case{"SET l = list_append(l, :l)", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"8"},{"N":"9"}]}})"},
          Case{"SET l = list_append(:l, l)", R"({"l":{"L":[{"N":"8"},{"N":"9"},{"N":"1"},{"N":"2"},{"N":"3"}]}})"},
          Case{"SET a = list_append(if_not_exists(x, :e), :l)", R"({"a":{"L":[{"N":"8"},{"N":"9"}]}})"},
          Case{"SET m.a = :s",
               R"({"m":{"M":{"a":{"S":"new"},"b":{"M":{"c":{"S":"x"}}},"l":{"L":[{"M":{"x":{"N":"7"}}}]}}}})"},
          Case{
              "SET m.b.d = :v, m.l[0].x = m.a",
              R"({"m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"x"},"d":{"N":"10"}}},"l":{"L":[{"M":{"x":{"N":"1"}}}]}}}})"},
          Case{"SET #dot = :v", R"({"m.a":{"N":"10"}})"},
          Case{"SET a = m.l[0]", R"({"a":{"M":{"x":{"N":"7"}}}})"},
          Case{"SET m = :m, a = m.a", R"({"m":{"M":{"q":{"BOOL":true}}},"a":{"N":"1"}})"},
      }) {
    expect_item(c);
  }
}

TEST(UpdateApply, Remove) {
  expect_item({"REMOVE n, s", "{}"}, {"n", "s"});
  expect_item({"REMOVE x", "{}"});
  expect_item({"SET a = n REMOVE n", R"({"a":{"N":"5"}})"}, {"n"});
  expect_item({"REMOVE m.b.c, m.l, m.zz", R"({"m":{"M":{"a":{"N":"1"},"b":{"M":{}}}}})"});
  expect_item({"REMOVE m.l[0].x", R"({"m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"x"}}},"l":{"L":[{"M":{}}]}}}})"});
}

TEST(UpdateApply, AddAndDelete) {
  for (const Case& c : {
           Case{"ADD n :v", R"({"n":{"N":"15"}})"},
           Case{"ADD x :v, y :abc", R"({"x":{"N":"10"},"y":{"SS":["a","b","c"]}})"},
           Case{"ADD ss :abc", R"({"ss":{"SS":["a","b","c"]}})"},
           Case{"ADD ns :n2", R"({"ns":{"NS":["1","2","3"]}})"},
           Case{"ADD bs :b2", R"({"bs":{"BS":["AQ==","Ag==","Aw=="]}})"},
           Case{"ADD m.a :v",
                R"({"m":{"M":{"a":{"N":"11"},"b":{"M":{"c":{"S":"x"}}},"l":{"L":[{"M":{"x":{"N":"7"}}}]}}}})"},
           Case{"DELETE ss :b", R"({"ss":{"SS":["a"]}})"},
           Case{"DELETE ns :n2", R"({"ns":{"NS":["1"]}})"},
           Case{"DELETE bs :b2", R"({"bs":{"BS":["AQ=="]}})"},
           Case{"DELETE x :a", "{}"},
           Case{"DELETE one :b", "{}"},
       }) {
    expect_item(c);
  }
  expect_item({"DELETE one :a", "{}"}, {"one"});
  expect_item({"DELETE ss :abc", "{}"}, {"ss"});
  expect_item({"DELETE bs :b12", "{}"}, {"bs"});
}

TEST(UpdateApply, EveryListIndexMeansWhatItMeantBefore) {
  for (const Case& c : {
           Case{"SET l[1] = :v", R"({"l":{"L":[{"N":"1"},{"N":"10"},{"N":"3"}]}})"},
           Case{"SET l[9] = :v", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"}]}})"},
           Case{"SET l[11] = :w, l[10] = :v", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"},{"N":"11"}]}})"},
           Case{"REMOVE l[0], l[1]", R"({"l":{"L":[{"N":"3"}]}})"},
           Case{"REMOVE l[1], l[0], l[2]", R"({"l":{"L":[]}})"},
           Case{"REMOVE l[3]", "{}"},
           Case{"SET l[10] = :v REMOVE l[3]", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"}]}})"},
           Case{"SET l[10] = :v REMOVE l[2]", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"10"}]}})"},
           Case{"SET l[2] = l[0] REMOVE l[0]", R"({"l":{"L":[{"N":"2"},{"N":"1"}]}})"},
           Case{"ADD l[3] :v", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"}]}})"},
           Case{"SET l[10] = :s ADD l[3] :v", R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"},{"S":"new"}]}})"},
           Case{"SET l[10] = :abc DELETE l[3] :a",
                R"({"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"SS":["a","b","c"]}]}})"},
           Case{"DELETE ls[0] :a", R"({"ls":{"L":[{"S":"x"},{"S":"y"}]}})"},
           Case{"DELETE ls[0] :a REMOVE ls[1]", R"({"ls":{"L":[{"S":"y"}]}})"},
           Case{"DELETE ls[0] :a SET ls[1] = :s", R"({"ls":{"L":[{"S":"new"},{"S":"y"}]}})"},
           Case{"DELETE lss[0] :a, lss[1] :b", R"({"lss":{"L":[{"SS":["c"]},{"S":"z"}]}})"},
       }) {
    expect_item(c);
  }
}

TEST(UpdateApply, RefusesWhatDoesNotFitTheItem) {
  for (const Case& c : {
           Case{"SET x.y = :v", "the path x.y is invalid for this item"},
           Case{"SET n.y = :v", "the path n.y is invalid for this item"},
           Case{"SET l.y = :v", "the path l.y is invalid"},
           Case{"SET m[0] = :v", "the path m[0] is invalid"},
           Case{"SET l[3].x = :v", "the path l[3].x is invalid"},
           Case{"SET l[3] = :m, l[4].q = :v", "the path l[4].q is invalid"},
           Case{"REMOVE x.y", "the path x.y is invalid"},
           Case{"REMOVE s[0]", "the path s[0] is invalid"},
           Case{"ADD x.y :v", "the path x.y is invalid"},
           Case{"DELETE x.y :a", "the path x.y is invalid"},
           Case{"SET a = x", "UpdateExpression: x does not exist in this item"},
           Case{"SET a = m.b.zz", "m.b.zz does not exist"},
           Case{"SET a = l[3]", "l[3] does not exist"},
           Case{"SET n = x + :v", "x does not exist"},
           Case{"SET n = s + :v", "an operand of + has the type S in this item; it takes numbers (N)"},
           Case{"SET n = n - l", "an operand of - has the type L in this item"},
           Case{"SET l = list_append(l, s)",
                "an operand of list_append has the type S in this item; it takes lists (L)"},
           Case{"SET l = list_append(x, :l)", "x does not exist"},
           Case{"ADD s :v", "an operand of ADD has the type S in this item; it takes N"},
           Case{"ADD n :a", "an operand of ADD has the type N in this item; it takes SS"},
           Case{"ADD ss :n2", "an operand of ADD has the type SS in this item; it takes NS"},
           Case{"DELETE n :a", "an operand of DELETE has the type N in this item; it takes SS"},
           Case{"DELETE ns :a", "an operand of DELETE has the type NS in this item; it takes SS"},
           Case{"SET n = :big + :half", ""},
           Case{"SET n = :huge + :huge", ""},
           Case{"ADD n :huge", ""},
       }) {
    expect_says(refusal([&] { return UpdateExpression::parse(c.text)->apply(before(), values(), names); }), c.expected,
                c.text);
  }
}

// Without check() before it, apply() must still not do what no server would.
TEST(UpdateApply, RefusesWrongOperandsEvenUnchecked) {
  for (const char* const text : {"ADD x :l", "ADD x :s", "DELETE x :v", "DELETE x :l"}) {
    expect_says(refusal([&] { return UpdateExpression::parse(text)->apply(before(), values(), names); }), " takes a ",
                text);
  }
}

TEST(UpdateApply, RefusesOverlapsEvenUnchecked) {
  for (const char* const text : {"SET a = :v, a = :w", "SET m.a = :v REMOVE m", "REMOVE l[0] SET l[0] = :v"}) {
    expect_says(refusal([&] { return UpdateExpression::parse(text)->apply(before(), values(), names); }),
                "is written twice", text);
  }
}

TEST(UpdateApply, AnItemThatDoesNotExistBeginsWithItsKey) {
  const Attributes key = json(R"({"pk":{"S":"k"}})");
  const Attributes after =
      UpdateExpression::parse("SET a = :v, b = if_not_exists(b, :s) ADD c :w, d :a REMOVE e DELETE f :a")
          ->apply(key, values(), names);
  EXPECT_EQ(to_json(after),
            to_json(json(R"({"pk":{"S":"k"},"a":{"N":"10"},"b":{"S":"new"},"c":{"N":"11"},"d":{"SS":["a"]}})")));
  expect_says(refusal([&] { return UpdateExpression::parse("SET a = b")->apply(key, values(), names); }),
              "b does not exist", "copy");
}

TEST(UpdateApply, TheNewItemIsHeldToDynamoDbsLimits) {
  // pk 3 bytes, the attribute's name 1: a string of 409,596 bytes fills 400 KB.
  const auto sets = [](std::size_t bytes) {
    return UpdateExpression::parse("SET a = :v")
        ->apply(json(R"({"pk":{"S":"k"}})"), {{":v", std::string(bytes, 'x')}}, {});
  };
  EXPECT_NO_THROW(sets(409'596));
  expect_says(refusal([&] { sets(409'597); }), "would have 409601 bytes, DynamoDB takes at most 409600",
              "409,601 bytes");

  const auto nested = [](std::size_t levels) {
    Value value = 1;
    for (std::size_t i = 1; i < levels; ++i) value = Value(Attributes{{"x", value}});
    return value;
  };
  const auto sets_nested = [&](std::size_t levels) {
    return UpdateExpression::parse("SET m.x = :v")->apply({{"m", Attributes{}}}, {{":v", nested(levels)}}, {});
  };
  EXPECT_NO_THROW(sets_nested(31));
  expect_says(refusal([&] { sets_nested(32); }), "m would be nested more than 32 levels deep", "33 levels");
}

}  // namespace
}  // namespace drift::expression
