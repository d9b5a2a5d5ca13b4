// DynamoDB JSON out and in: nothing is lost, whatever way it is written, and what DynamoDB refuses is refused.
#include <drift/json.hpp>

#include "random_json.hpp"
#include "random_value.hpp"
#include "refused.hpp"
#include "value/attribute_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::value {
namespace {

std::string what_is_wrong_with(const std::string& json) {
  const std::string what = what_of([&] { return value_from_json(json); });
  return what.substr(std::min(what.size(), what.find("of ")));
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  for (; times != 0; --times) result += text;
  return result;
}

TEST(Json, WritesEveryType) {
  EXPECT_EQ(to_json(Value("a\"\\/\n\x01é")), R"({"S":"a\"\\/\u000a\u0001é"})");
  EXPECT_EQ(to_json(Value(std::string("\0x", 2))), R"({"S":"\u0000x"})");
  EXPECT_EQ(to_json(Value(Number::parse("1.50e3"))), R"({"N":"1500"})");
  EXPECT_EQ(to_json(Value::binary({0, 255})), R"({"B":"AP8="})");
  EXPECT_EQ(to_json(Value(true)), R"({"BOOL":true})");
  EXPECT_EQ(to_json(Value(false)), R"({"BOOL":false})");
  EXPECT_EQ(to_json(Value(nullptr)), R"({"NULL":true})");
  EXPECT_EQ(to_json(Value(List{1, List{}})), R"({"L":[{"N":"1"},{"L":[]}]})");
  EXPECT_EQ(to_json(Value(Attributes{{"b", 1}, {"a", Attributes{}}})), R"({"M":{"a":{"M":{}},"b":{"N":"1"}}})");
  EXPECT_EQ(to_json(Value::string_set({"b", "a"})), R"({"SS":["a","b"]})");
  EXPECT_EQ(to_json(Value::number_set({10, 9})), R"({"NS":["9","10"]})");
  EXPECT_EQ(to_json(Value::binary_set({{1}, {}})), R"({"BS":["","AQ=="]})");
  EXPECT_EQ(to_json(Attributes{}), "{}");
  EXPECT_EQ(to_json(Attributes{{"a\"b", 1}, {"c", nullptr}}), R"({"a\"b":{"N":"1"},"c":{"NULL":true}})");
}

TEST(Json, ReadsEscapes) {
  EXPECT_EQ(value_from_json(R"({"S":"\u0041\ud83d\uDE00\"\\\/\b\f\n\r\t"})"), Value("A😀\"\\/\b\f\n\r\t"));
  EXPECT_EQ(value_from_json(R"({"\u0053":"x"})"), Value("x"));
  EXPECT_EQ(value_from_json(R"({"N":"\u0031\u0032"})"), Value(12));
  EXPECT_EQ(value_from_json(R"({"B":"AP\u0038="})"), Value::binary({0, 255}));
  EXPECT_EQ(attributes_from_json(R"({"\u0061\"":{"S":""}})"), (Attributes{{"a\"", ""}}));
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* json : {"",
                           " ",
                           "{",
                           "}",
                           "[]",
                           "x",
                           "null",
                           "{\"S\"",
                           "{\"S\":",
                           "{\"S\":}",
                           "{\"S\":\"",
                           "{\"S\":\"a",
                           "{\"S\":\"a\"",
                           "{\"S\":\"a\"}}",
                           "{\"S\":\"a\"},",
                           "{\"S\":\"a\",}",
                           "{\"S\" \"a\"}",
                           "{\"S\"::\"a\"}",
                           "{S:\"a\"}",
                           "{'S':'a'}",
                           "{\"S\":\"\\\"}",
                           "{\"S\":\"\\x\"}",
                           "{\"S\":\"\\u12\"}",
                           "{\"S\":\"\\u12g4\"}",
                           "{\"S\":\"a\nb\"}",
                           "{\"S\":\"a\"} {}",
                           "{\"BOOL\":tru}",
                           "{\"BOOL\":True}",
                           "{\"BOOL\":truefalse}",
                           "{\"L\":[,]}",
                           "{\"L\":[{\"S\":\"a\"},]}",
                           "{\"L\":[{\"S\":\"a\"} {\"S\":\"a\"}]}",
                           "{\"L\":[{\"S\":\"a\"}}",
                           "{\"M\":{\"a\"}}",
                           "{\"M\":{\"a\":{\"S\":\"a\"},}}",
                           "{\"M\":{,}}",
                           "\xEF\xBB\xBF{\"S\":\"a\"}"})
    EXPECT_EQ(code_of([&] { return value_from_json(json); }), "ValidationException") << json;
  EXPECT_EQ(code_of([] { return value_from_json(std::string_view("{\"S\":\"a\"}\0", 10)); }), "ValidationException");
}

TEST(Json, RefusesWhatIsNoValue) {
  EXPECT_EQ(what_is_wrong_with(R"({})"), "of 2: a value without a type");
  EXPECT_EQ(what_is_wrong_with(R"({"X":"a"})"),
            "of 9: \"X\" is not a type; the types are S, N, B, BOOL, NULL, L, M, SS, NS, BS");
  EXPECT_EQ(what_is_wrong_with(R"({"S":"a","N":"1"})"), "of 17: a value with more than one type");
  EXPECT_EQ(what_is_wrong_with(R"({"S":1})"), "of 7: expected '\"', found '1'");
  EXPECT_EQ(what_is_wrong_with(R"({"N":1})"), "of 7: expected '\"', found '1'");
  EXPECT_EQ(what_is_wrong_with(R"({"N":"1e126"})"),
            "of 13: \"1e126\" is too large for a DynamoDB number: the largest is below 1E+126");
  EXPECT_EQ(what_is_wrong_with(R"({"B":"AP8"})"), "of 11: the binary value before it is not base64");
  EXPECT_EQ(what_is_wrong_with(R"({"B":"AP9="})"), "of 12: the binary value before it is not base64");
  EXPECT_EQ(what_is_wrong_with(R"({"BOOL":"true"})"), "of 15: expected true or false");
  EXPECT_EQ(what_is_wrong_with(R"({"NULL":false})"), "of 14: a NULL is always true");
  EXPECT_EQ(what_is_wrong_with(R"({"SS":[]})"), "of 9: a string set (SS) must have at least one member");
  EXPECT_EQ(what_is_wrong_with(R"({"NS":["1","1.0"]})"),
            "of 18: a number set (NS) must not have the same member twice");
  EXPECT_EQ(what_is_wrong_with(R"({"BS":["AQ==","AQ=="]})"),
            "of 22: a binary set (BS) must not have the same member twice");
  EXPECT_EQ(what_is_wrong_with(R"({"M":{"a":{"S":""},"\u0061":{"S":""}}})"),
            "of 38: the attribute \"a\" is there twice");
  EXPECT_EQ(what_is_wrong_with(R"({"M":{"":{"S":""}}})"), "of 19: an attribute has an empty name");
  EXPECT_EQ(what_is_wrong_with(R"({"S":null})"), "of 10: expected '\"', found 'n'");
}

TEST(Json, RefusesBrokenUtf8) {
  for (const std::string text :
       {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xFF"}) {
    EXPECT_EQ(code_of([&] { return value_from_json("{\"S\":\"" + text + "\"}"); }), "ValidationException");
    EXPECT_EQ(code_of([&] { return attributes_from_json("{\"" + text + "\":{\"S\":\"\"}}"); }), "ValidationException");
    EXPECT_EQ(code_of([&] { return to_json(Value("x" + text)); }), "ValidationException");
    EXPECT_EQ(code_of([&] { return to_json(Attributes{{text, 1}}); }), "ValidationException");
    EXPECT_EQ(code_of([&] { return to_json(Value::string_set({text})); }), "ValidationException");
  }
  for (const char* escape : {"\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800x", "\\ud83d\\ud83d", "\\udc00\\ud800"})
    EXPECT_EQ(code_of([&] { return value_from_json("{\"S\":\"" + std::string(escape) + "\"}"); }),
              "ValidationException");
}

TEST(Json, AllowsThirtyTwoLevels) {
  for (const std::string_view open : {R"({"L":[)", R"({"M":{"a":)"}) {
    const std::string_view close = open.ends_with('[') ? "]}" : "}}";
    const auto nested = [&](std::size_t levels) {
      return repeat(open, levels - 1) + R"({"BOOL":true})" + repeat(close, levels - 1);
    };
    const Value deepest = value_from_json(nested(32));
    EXPECT_EQ(to_json(deepest), nested(32));
    EXPECT_NE(what_is_wrong_with(nested(33)).find("nested over 32 levels"), std::string::npos);
    EXPECT_EQ(code_of([&] { return value_from_json(repeat(open, 1'000'000)); }), "ValidationException");

    EXPECT_EQ(attributes_from_json(to_json(Attributes{{"a", deepest}})).at("a"), deepest);
    EXPECT_EQ(what_of([&] {
                return to_json(Value(Attributes{{"a", deepest}}));
              }),
              "ValidationException: a value nested over 32 levels");
    EXPECT_EQ(code_of([&] { return to_json(Value(List{deepest})); }), "ValidationException");
  }
}

TEST(Json, WhatIsRefusedLeavesTheTextAsItWas) {
  std::string out = "before";
  const auto append = [&](const Attributes& attributes) {
    return code_of([&] { return append_json(out, attributes), 0; });
  };
  EXPECT_EQ(append({{"a", 1}, {"b", List{"x", "\xFF"}}}), "ValidationException");
  EXPECT_EQ(append({{"a", 1}, {"\xFF", 1}}), "ValidationException");
  EXPECT_EQ(out, "before");
  EXPECT_EQ(append({{"a", 1}}), "no error");
  EXPECT_EQ(out, R"(before{"a":{"N":"1"}})");
}

TEST(Json, AnAttributeWithoutAName) {
  EXPECT_EQ(what_of([] {
              return to_json(Attributes{{"", 1}});
            }),
            "ValidationException: an attribute has an empty name");
}

using RandomJsonTest = Seeded;

TEST_F(RandomJsonTest, NothingIsLost) {
  for (int i = 0; i < 5'000; ++i) {
    const Attributes attributes = random_attributes(random(), 6);
    const std::string json = to_json(attributes);
    ASSERT_EQ(attributes_from_json(json), attributes) << json;
    ASSERT_EQ(to_json(attributes_from_json(json)), json);
    const Value value = random_value(random(), 6);
    ASSERT_EQ(value_from_json(to_json(value)), value) << to_json(value);
  }
}

TEST_F(RandomJsonTest, EverySpellingMeansTheSame) {
  for (int i = 0; i < 5'000; ++i) {
    const Attributes attributes = random_attributes(random(), 5);
    const std::string json = RandomJson(random()).spell(attributes);
    ASSERT_EQ(attributes_from_json(json), attributes) << json;
  }
}

}  // namespace
}  // namespace drift::value
