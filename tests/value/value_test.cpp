// Value: its types, DynamoDB's equality, sets, sizes.
#include <drift/value.hpp>

#include "random_value.hpp"
#include "refused.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace drift::value {
namespace {

static_assert(!std::is_constructible_v<Value, double> && !std::is_constructible_v<Value, float>);
static_assert(!std::is_constructible_v<Value, void*> && !std::is_constructible_v<Value, int*>);
static_assert(!std::is_constructible_v<Value, char>);
static_assert(std::is_nothrow_move_constructible_v<Value> && std::is_nothrow_move_assignable_v<Value>);

TEST(Value, HasTheTypeOfWhatItIsMadeFrom) {
  const std::string text = "s";
  EXPECT_EQ(Value("s").type(), Type::string);
  EXPECT_EQ(Value(text).type(), Type::string);
  EXPECT_EQ(Value(std::string_view(text)).type(), Type::string);
  EXPECT_EQ(Value(1).type(), Type::number);
  EXPECT_EQ(Value(1ULL).type(), Type::number);
  EXPECT_EQ(Value(Number::parse("0.1")).type(), Type::number);
  EXPECT_EQ(Value(true).type(), Type::boolean);
  EXPECT_EQ(Value(nullptr).type(), Type::null);
  EXPECT_EQ(Value().type(), Type::null);
  EXPECT_EQ(Value(List{}).type(), Type::list);
  EXPECT_EQ(Value(Attributes{}).type(), Type::map);
  EXPECT_EQ(Value::binary({}).type(), Type::binary);
  EXPECT_EQ(Value::string_set({"a"}).type(), Type::string_set);
  EXPECT_EQ(Value::number_set({1}).type(), Type::number_set);
  EXPECT_EQ(Value::binary_set({{}}).type(), Type::binary_set);
}

TEST(Value, GivesBackWhatItHolds) {
  EXPECT_EQ(Value("s").as_string(), "s");
  EXPECT_EQ(Value(-7).as_number(), Number(-7));
  EXPECT_EQ(Value(-7).as_int64(), -7);
  EXPECT_TRUE(Value(true).as_bool());
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value::binary({1, 2}).as_binary(), (Bytes{1, 2}));
  EXPECT_EQ(Value(List{1, "x"}).as_list().at(1), Value("x"));
  EXPECT_EQ(Value(Attributes{{"a", 1}}).as_map().at("a"), Value(1));
  EXPECT_EQ(Value::string_set({"b", "a"}).as_string_set(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Value::number_set({2, -1}).as_number_set(), (std::vector<Number>{-1, 2}));
  EXPECT_EQ(Value::binary_set({{2}, {1, 9}}).as_binary_set(), (std::vector<Bytes>{{1, 9}, {2}}));
}

TEST(Value, NamesBothTypesOfAMismatch) {
  EXPECT_EQ(what_of([] { return Value(1).as_string(); }), "TypeMismatch: the value is a number (N), not a string (S)");
  EXPECT_EQ(what_of([] { return Value("1").as_int64(); }), "TypeMismatch: the value is a string (S), not a number (N)");
  EXPECT_EQ(code_of([] { return Value(nullptr).as_bool(); }), "TypeMismatch");
  EXPECT_EQ(code_of([] { return Value::string_set({"a"}).as_number_set(); }), "TypeMismatch");
  EXPECT_EQ(code_of([] { return Value::binary({}).as_binary_set(); }), "TypeMismatch");
}

TEST(Value, EqualityIsByTypeAndValue) {
  EXPECT_EQ(Value(Number::parse("1.0")), Value(1));
  EXPECT_NE(Value(1), Value("1"));
  EXPECT_NE(Value(true), Value(1));
  EXPECT_NE(Value(nullptr), Value(false));
  EXPECT_NE(Value("a"), Value::string_set({"a"}));
  EXPECT_NE(Value::binary({'a'}), Value("a"));
  EXPECT_NE(Value::binary({1}), Value::binary_set({{1}}));
  EXPECT_NE(Value(List{}), Value(Attributes{}));
  EXPECT_EQ(Value::string_set({"a", "b"}), Value::string_set({"b", "a"}));
  EXPECT_EQ(Value::number_set({1, 2}), Value::number_set({Number::parse("2.0"), Number::parse("10e-1")}));
  EXPECT_NE(Value(List{1, 2}), Value(List{2, 1}));
  EXPECT_EQ(Value(Attributes{{"a", List{1}}, {"b", nullptr}}), Value(Attributes{{"b", nullptr}, {"a", List{1}}}));
}

TEST(Value, RefusesWhatIsNoSet) {
  EXPECT_EQ(what_of([] { return Value::string_set({}); }),
            "ValidationException: a string set (SS) must have at least one member");
  EXPECT_EQ(what_of([] {
              return Value::string_set({"a", "b", "a"});
            }),
            "ValidationException: a string set (SS) must not have the same member twice");
  EXPECT_EQ(code_of([] { return Value::number_set({1, Number::parse("1.00")}); }), "ValidationException");
  EXPECT_EQ(code_of([] { return Value::binary_set({{1}, {2}, {1}}); }), "ValidationException");
  EXPECT_EQ(code_of([] { return Value::number_set({}); }), "ValidationException");
  EXPECT_EQ(code_of([] { return Value::binary_set({}); }), "ValidationException");
  EXPECT_EQ(Value::string_set({""}).as_string_set().size(), 1U);
}

TEST(Value, TypeTagsAreDynamoDbs) {
  std::string tags;
  for (int type = 0; type < 10; ++type) tags += std::string(type_tag(static_cast<Type>(type))) + " ";
  EXPECT_EQ(tags, "S N B BOOL NULL L M SS NS BS ");
}

TEST(Value, SizeIsWhatDynamoDbCounts) {
  EXPECT_EQ(Value("é").size_bytes(), 2U);
  EXPECT_EQ(Value("").size_bytes(), 0U);
  EXPECT_EQ(Value(12345).size_bytes(), 4U);
  EXPECT_EQ(Value::binary({1, 2, 3}).size_bytes(), 3U);
  EXPECT_EQ(Value(true).size_bytes(), 1U);
  EXPECT_EQ(Value(nullptr).size_bytes(), 1U);
  EXPECT_EQ(Value(List{}).size_bytes(), 3U);
  EXPECT_EQ(Value(List{"ab", 1}).size_bytes(), 3U + (1 + 2) + (1 + 2));
  EXPECT_EQ(Value(Attributes{}).size_bytes(), 3U);
  EXPECT_EQ(Value(Attributes{{"key", "ab"}}).size_bytes(), 3U + 3 + 1 + 2);
  EXPECT_EQ(Value(List{List{}}).size_bytes(), 3U + 1 + 3);
  EXPECT_EQ(Value::string_set({"a", "bc"}).size_bytes(), 3U);
  EXPECT_EQ(Value::number_set({1, 22, 333}).size_bytes(), 2U + 2 + 3);
  EXPECT_EQ(Value::binary_set({{1}, {2, 3}}).size_bytes(), 3U);
  EXPECT_EQ(size_bytes(Attributes{{"id", "a"}, {"n", 100}}), 2U + 1 + 1 + 2);
  EXPECT_EQ(size_bytes(Attributes{}), 0U);
}

using RandomValue = Seeded;

TEST_F(RandomValue, CopiesAreEqualAndIndependent) {
  for (int i = 0; i < 2'000; ++i) {
    const Value original = random_value(random(), 5);
    Value copy = original;
    EXPECT_EQ(copy, original);
    Value moved = std::move(copy);
    EXPECT_EQ(moved, original);
    copy = "another";
    EXPECT_EQ(moved, original);
    moved = original;
    EXPECT_EQ(moved, original);
    EXPECT_NE(Value(List{original, 1}), Value(List{original, 2}));
  }
}

TEST(Value, TheContentOfATemporaryOutlivesIt) {
  const auto make = [] { return Value(List{"long enough to be on the heap, by some way", 2}); };
  std::size_t elements = 0;
  for (const Value& element : make().as_list()) elements += element.is_null() ? 0 : 1;
  EXPECT_EQ(elements, 2U);
  const std::string& text = Value("long enough to be on the heap, by some way").as_string();
  EXPECT_EQ(text, "long enough to be on the heap, by some way");
  EXPECT_THROW(static_cast<void>(make().as_map()), Error);
}

}  // namespace
}  // namespace drift::value
