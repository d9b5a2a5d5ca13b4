#include "value/item_access.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <gtest/gtest.h>
#include "value/page.hpp"

#include <string>

namespace drift::value {
namespace {

std::shared_ptr<const KeySchema> schema(KeySchema key) { return std::make_shared<const KeySchema>(std::move(key)); }

const KeySchema id_and_at = {{.name = "id", .type = Type::string}, {.name = "at", .type = Type::number}};

Item parse_item(std::string json, KeySchema key = id_and_at) {
  return ItemAccess::own(std::move(json), schema(std::move(key)));
}

std::string code_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

std::string what_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

constexpr const char* simple = R"({"id":{"S":"a"},"at":{"N":"1.50"},"n":{"N":"7"},"tags":{"SS":["x","y"]}})";

TEST(Item, FindsAttributes) {
  const Item item = parse_item(simple);
  EXPECT_EQ(item["n"], Value(7));
  EXPECT_EQ(item.find("tags"), Value::string_set({"y", "x"}));
  EXPECT_EQ(item.find("none"), std::nullopt);
  EXPECT_TRUE(item.contains("id"));
  EXPECT_FALSE(item.contains("i"));
  EXPECT_FALSE(item.contains("idd"));
  EXPECT_FALSE(item.contains(""));
  EXPECT_EQ(item.attributes(), attributes_from_json(simple));
  EXPECT_EQ(item.json(), simple);
}

TEST(Item, NamesTheItemWhenAnAttributeIsMissing) {
  const Item item = parse_item(simple);
  EXPECT_EQ(what_of([&] { (void)item["x y"]; }),
            R"(MissingAttribute: the item has no attribute "x y" (key {"at":{"N":"1.5"},"id":{"S":"a"}}))");
}

TEST(Item, KeyIsThatOfTheSchema) {
  const Item item = parse_item(simple);
  EXPECT_EQ(item.key(), (Attributes{{"id", "a"}, {"at", Number::parse("1.5")}}));
  EXPECT_EQ(ItemAccess::key_json(item), R"({"id":{"S":"a"},"at":{"N":"1.5"}})");
  EXPECT_EQ(code_of([] { (void)parse_item(R"({"id":{"S":"a"}})").key(); }), "MalformedAnswer");
  EXPECT_EQ(code_of([] { ItemAccess::key_json(parse_item(R"({"id":{"N":"1"},"at":{"N":"1"}})")); }), "MalformedAnswer");
}

TEST(Item, SizeCountsNamesAndValues) { EXPECT_EQ(parse_item(simple).size_bytes(), 3U + 5 + 3 + 6); }

}  // namespace
}  // namespace drift::value
