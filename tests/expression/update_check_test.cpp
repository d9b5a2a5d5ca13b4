// UpdateExpression::check: what UpdateItem refuses once names and values are known, before it looks at an item.
#include "expression/update_expression.hpp"
#include "fixture.hpp"

namespace drift::expression {
namespace {

using testing::expect_says;
using testing::refusal;

const KeySchema table_key{{"pk", Type::string}, {"sk", Type::number}};

// A value of each type, and names that hide what a text alone would show.
Attributes values() {
  return testing::json(R"({":s":{"S":"x"},":n":{"N":"1"},":b":{"B":"AQ=="},":bool":{"BOOL":true},":null":{"NULL":true},
    ":l":{"L":[]},":m":{"M":{}},":ss":{"SS":["a"]},":ns":{"NS":["1"]},":bs":{"BS":["AQ=="]}})");
}
const Names names{{"#a", "a"}, {"#b", "b"}, {"#pk", "pk"}, {"#dotted", "a.b"}};

void check(const char* text) { UpdateExpression::parse(text)->check(values(), names, table_key); }

TEST(UpdateCheck, TakesWhatItemsCanTake) {
  for (const char* const text : {
           "SET a = :s, b = :m REMOVE c ADD d :n, e :ss DELETE f :ns",
           "ADD a :n, b :ss, c :ns, d :bs DELETE e :ss, f :ns, g :bs",
           "SET a.b = :s, a.c = :s, a.d[0] = :s, a.d[1] = :s",
           "SET a = :n + :n, b = c - :n, d = if_not_exists(d, :n) + :n",
           "SET a = list_append(:l, b), c = list_append(c, if_not_exists(d, :l))",
           "SET #dotted = :s, a.b = :s",  // a name with a dot in it is one step
           "SET a = a",
           "SET a = b REMOVE b",
           "SET a = b, b = a",
           "SET a = pk, b = if_not_exists(sk, :n)",  // a key may be read
           "SET c.pk = :s",                          // a nested attribute of that name is none
           "SET l[1] = :s, l[10] = :s, l[2].x = :s",
           "SET a = if_not_exists(b, c)",
       }) {
    EXPECT_NO_THROW(check(text)) << text;
  }
}

TEST(UpdateCheck, RefusesAndNamesThePlace) {
  struct Case {
    const char* text;
    const char* says;
  };
  for (const Case& c : {
           Case{"SET a = :s, pk = :s", "UpdateExpression, character 13: pk is part of the primary key"},
           Case{"REMOVE sk", "character 8: sk is part of the primary key, which no update can change"},
           Case{"ADD sk :n", "sk is part of the primary key"},
           Case{"DELETE #pk :ss", "pk is part of the primary key"},
           Case{"SET pk.a = :s", "pk is part of the primary key"},
           Case{"SET a = :s, a = :s", "character 13: the path a is written twice"},
           Case{"SET a = :s, #a = :n", "the path a is written twice"},
           Case{"SET a = :s REMOVE a", "character 19: the path a is written twice"},
           Case{"SET a.b = :s, a = :s", "character 15: the paths a and a.b overlap"},
           Case{"SET a = :s REMOVE a.b[0].c", "the paths a and a.b[0].c overlap"},
           Case{"REMOVE a.c, b, #a.d, a[0].b", "the paths a.d and a[0].b conflict"},
           Case{"REMOVE l[1].x, l[1]", "the paths l[1] and l[1].x overlap"},
           Case{"REMOVE a.b, a[0]", "the paths a.b and a[0] conflict"},
           Case{"SET x.y[1].z = :s, x.y.q = :s", "the paths x.y.q and x.y[1].z conflict"},
           Case{"ADD a :s", "character 7: :s of ADD has the type S; it takes a number or a set (N, SS, NS, BS)"},
           Case{"ADD a :l", ":l of ADD has the type L"},
           Case{"ADD a :m", ":m of ADD has the type M"},
           Case{"ADD a :b", ":b of ADD has the type B"},
           Case{"ADD a :bool", ":bool of ADD has the type BOOL"},
           Case{"ADD a :null", ":null of ADD has the type NULL"},
           Case{"DELETE a :n", ":n of DELETE has the type N; it takes a set (SS, NS, BS)"},
           Case{"DELETE a :s", ":s of DELETE has the type S"},
           Case{"SET a = b + :s", "character 13: :s of + has the type S; it takes numbers (N)"},
           Case{"SET a = :ns - b", ":ns of - has the type NS; it takes numbers (N)"},
           Case{"SET a = b + list_append(c, d)", "an operand of + has the type L; it takes numbers (N)"},
           Case{"SET a = list_append(b, :ss)", ":ss of list_append has the type SS; it takes lists (L)"},
           Case{"SET a = list_append(:n, b)", ":n of list_append has the type N"},
           Case{"SET a = if_not_exists(a, list_append(:n, b))", ":n of list_append has the type N"},
           Case{"SET a = if_not_exists(b.c, b.c)", "both arguments of if_not_exists are b.c"},
           Case{"SET a = if_not_exists(b, #b)", "both arguments of if_not_exists are b"},
           Case{"SET a = :unknown", "the value :unknown is used but not defined"},
           Case{"SET a = if_not_exists(b, :unknown)", "the value :unknown is used but not defined"},
           Case{"ADD a :unknown", "the value :unknown is used but not defined"},
           Case{"SET #unknown = :s", "the name #unknown is used but not defined"},
           Case{"SET a.#unknown = :s", "the name #unknown is used but not defined"},
           Case{"SET a = b.#unknown", "the name #unknown is used but not defined"},
           Case{"SET a = if_not_exists(b.#unknown, :s)", "the name #unknown is used but not defined"},
           Case{"REMOVE a.#unknown", "the name #unknown is used but not defined"},
       }) {
    expect_says(refusal([&] { check(c.text); }), c.says, c.text);
  }
}

TEST(UpdateCheck, SaysHowToDefineAPlaceholder) {
  expect_says(refusal([] { check("SET a = :unknown"); }), ">> Add {\":unknown\", <the value>} to the values.",
              ":unknown");
  expect_says(refusal([] { check("SET #unknown = :s"); }), ">> Add {\"#unknown\", \"<the attribute's name>\"}",
              "#unknown");
}

TEST(UpdateCheck, FindsOneOverlapAmongManyPaths) {
  std::string text = "REMOVE a0.x";
  for (int i = 1; i < 400; ++i) text += ",a" + std::to_string(i) + ".x";
  EXPECT_NO_THROW(check(text.c_str()));
  expect_says(refusal([&] { check((text + ",a200.x.y").c_str()); }), "the paths a200.x and a200.x.y overlap",
              "400 paths");
}

}  // namespace
}  // namespace drift::expression
