// JsonObject: the members of answers, and JSON strings.
#include "value/json_object.hpp"

#include "random_value.hpp"
#include "refused.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace drift::value {
namespace {

constexpr const char* answer =
    R"( {"s":"a\nb" , "n":42,"r":-1.5e1,"t":true,"f":false,"z":null,"o":{"x":{"y":[1,"]"]}},"a":[1, "two",{"b":3},[]],"e":[]} )";

TEST(JsonObject, FindsMembers) {
  const JsonObject object = JsonObject::parse(answer);
  EXPECT_EQ(object.members().size(), 9U);
  EXPECT_EQ(object.raw("s"), R"("a\nb")");
  EXPECT_EQ(object.string("s"), "a\nb");
  EXPECT_EQ(object.integer("n"), 42U);
  EXPECT_EQ(object.real("r"), -15.0);
  EXPECT_EQ(object.real("n"), 42.0);
  EXPECT_EQ(object.boolean("t"), true);
  EXPECT_EQ(object.boolean("f"), false);
  EXPECT_EQ(object.object("o")->object("x")->raw("y"), R"([1,"]"])");
  EXPECT_EQ(object.array("a"), (std::vector<std::string_view>{"1", "\"two\"", "{\"b\":3}", "[]"}));
  EXPECT_TRUE(object.array("e").empty());
}

TEST(JsonObject, AbsentAndNullMembersAreEmpty) {
  const JsonObject object = JsonObject::parse(answer);
  EXPECT_EQ(object.raw("z"), "null");
  for (const char* name : {"z", "absent", ""}) {
    EXPECT_EQ(object.string(name), std::nullopt);
    EXPECT_EQ(object.integer(name), std::nullopt);
    EXPECT_EQ(object.real(name), std::nullopt);
    EXPECT_EQ(object.boolean(name), std::nullopt);
    EXPECT_FALSE(object.object(name));
    EXPECT_TRUE(object.array(name).empty());
  }
  EXPECT_TRUE(JsonObject::parse("{}").members().empty());
}

TEST(JsonObject, RefusesMembersOfAnotherKind) {
  const JsonObject object = JsonObject::parse(answer);
  EXPECT_EQ(what_of([&] { return object.string("n"); }), "MalformedAnswer: the member \"n\" is not a string");
  EXPECT_EQ(code_of([&] { return object.integer("s"); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return object.integer("r"); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return object.real("t"); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return object.boolean("n"); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return object.object("a"); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return object.array("o"); }), "MalformedAnswer");
}

TEST(JsonObject, RefusesWhatIsNotOneWholeObject) {
  for (const char* text : {"",
                           "{",
                           "}",
                           "{]",
                           "[]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1",
                           "{\"a\":1,}",
                           "{,}",
                           "{\"a\":1}x",
                           "{\"a\":1}}",
                           "{\"a\":[}]}",
                           "{\"a\":{\"b\":\"}",
                           "{\"a\":\"b}",
                           "{\"a\":\"\\\"}",
                           "{\"a\":\"\\",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":1:2}",
                           "{\"a\n\":1}",
                           "{\"a\":\"b\"\"c\"}"})
    EXPECT_EQ(code_of([&] { return JsonObject::parse(text); }), "MalformedAnswer") << text;
}

TEST(JsonObject, BracketsMatchByKind) {
  for (const char* text : {R"({"a":[{]}})", R"({"a":{"b":[}]}})"}) {
    const std::string what = what_of([&] { return JsonObject::parse(text); });
    EXPECT_NE(what.find("the brackets do not match"), std::string::npos) << what;
  }
}

TEST(JsonObject, NestingIsBounded) {
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(JsonObject::parse(nested(256)).raw("a")->size(), 512U);
  EXPECT_EQ(what_of([&] { return JsonObject::parse(nested(257)); }),
            "MalformedAnswer: in the JSON at byte 261 of 520: nested too deep");
}

// What the scanner's short cut for {"S":"text"} must not take for one.
TEST(JsonObject, ShortCutsTakeNothingElse) {
  for (const char* value :
       {R"({"\":":1,"}":2})", R"({"S":"\"}","T":1})", R"({"S":"a"})", R"({"S":""})", R"({"S":"a","T":"b"})",
        R"({"S":"a" })", R"({"S":"a\\"})", R"({"":"a"})", R"({"SS":["a"]})", R"({"a":{"S":"b"}})"}) {
    const std::string text = std::string("{\"x\":") + value + ",\"y\":[" + value + "]}";
    const JsonObject object = JsonObject::parse(text);
    EXPECT_EQ(object.raw("x"), value);
    EXPECT_EQ(object.array("y").at(0), value);
  }
}

TEST(JsonObject, SplitsAnArrayOnTheWay) {
  std::vector<std::string_view> elements;
  const std::string text = R"({"b":[0],"a": [ {"x":[1]} , "]" ],"c":1})";
  const JsonObject object = JsonObject::parse(text, "a", elements);
  EXPECT_EQ(elements, (std::vector<std::string_view>{"{\"x\":[1]}", "\"]\""}));
  EXPECT_EQ(object.raw("a"), R"([ {"x":[1]} , "]" ])");
  EXPECT_EQ(object.integer("c"), 1U);
}

TEST(JsonString, EscapesAndUnescapes) {
  std::string out = "x";
  append_json_string(out, "a\"b\\c\x1f\ndé");
  EXPECT_EQ(out, R"(x"a\"b\\c\u001f\u000adé")");
  EXPECT_EQ(unescape_json_string(R"("\u00e9\/")"), "é/");
  for (const char* raw : {"", "\"", "a", "\"a", "\"a\"b", "\"\\q\"", "\"\\u00\"", "\"\xFF\"", "\"a\x01\"", "{}"})
    EXPECT_EQ(code_of([&] { return unescape_json_string(raw); }), "MalformedAnswer") << raw;
}

TEST(JsonString, LeavesTheTextAsItWasWhenRefused) {
  std::string out = "{";
  EXPECT_EQ(code_of([&] {
              append_json_string(out, "abc\xC3");
              return 0;
            }),
            "ValidationException");
  EXPECT_EQ(out, "{");
}

using RandomString = Seeded;

// The scanner takes eight bytes at a time: strings of every length, what is special at every place.
TEST_F(RandomString, ComesBackFromEveryLengthAndPlace) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t place = 0; place <= length; ++place) {
      for (const char* special : {"", "\"", "\\", "\n", "é", "\x7f", "\x1f", " ", "!", "#", "[", "]"}) {
        std::string text(length, static_cast<char>('a' + below(random(), 26)));
        text.insert(place, special);
        std::string json;
        append_json_string(json, text);
        ASSERT_EQ(unescape_json_string(json), text);
        ASSERT_EQ(std::count_if(json.begin(), json.end(), [](char c) { return c >= 0 && c < ' '; }), 0) << json;
        ASSERT_EQ(JsonObject::parse("{" + json + ":" + json + "}").string(text), text);
        ASSERT_EQ(JsonObject::parse("{\"a\":[" + json + "]}").array("a").at(0), json);
      }
    }
  }
}

TEST(JsonString, ControlCharactersAreRefusedAtEveryPlace) {
  for (std::size_t length = 0; length < 20; ++length) {
    for (std::size_t place = 0; place <= length; ++place) {
      std::string raw = "\"" + std::string(length, 'x') + "\"";
      raw.insert(1 + place, "\x1f");
      ASSERT_EQ(code_of([&] { return unescape_json_string(raw); }), "MalformedAnswer");
    }
  }
}

}  // namespace
}  // namespace drift::value
