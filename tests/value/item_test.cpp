// Item: attributes by name, the key, what is recorded as looked at, and how long its buffer lives.
#include <drift/item.hpp>

#include "random_json.hpp"
#include "random_value.hpp"
#include "refused.hpp"
#include "value/item_access.hpp"
#include "value/page.hpp"

#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace drift::value {
namespace {

using Names = std::vector<std::string>;

std::shared_ptr<const KeySchema> id_and_at() {
  return std::make_shared<const KeySchema>(
      KeySchema{{.name = "id", .type = Type::string}, {.name = "at", .type = Type::number}});
}

Item parse_item(std::string json) { return ItemAccess::own(std::move(json), id_and_at()); }

std::shared_ptr<const Page> parse_page(const std::string& items) {
  return Page::parse("{\"Items\":[" + items + "],\"Count\":1,\"ScannedCount\":1}", id_and_at());
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
  EXPECT_EQ(ItemAccess::raw(item, "at"), R"({"N":"1.50"})");
  EXPECT_EQ(ItemAccess::raw(item, "none"), std::nullopt);
}

TEST(Item, FindsEscapedNamesByTheirRealName) {
  const Item item = parse_item(
      R"({"\u0069d":{"S":"a"},"at":{"N":"1"},"say \"hi\"":{"S":"b"},"\\":{"S":"c"},"\ud83d\ude00":{"S":"d"},"é":{"S":"e"}})");
  EXPECT_EQ(item["id"], Value("a"));
  EXPECT_EQ(item["say \"hi\""], Value("b"));
  EXPECT_EQ(item["\\"], Value("c"));
  EXPECT_EQ(item["😀"], Value("d"));
  EXPECT_EQ(item["é"], Value("e"));
  EXPECT_FALSE(item.contains("\\\\"));
  EXPECT_FALSE(item.contains("\\u0069d"));
  EXPECT_FALSE(item.contains("say \\\"hi\\\""));
  EXPECT_EQ(ItemAccess::key_json(item), R"({"id":{"S":"a"},"at":{"N":"1"}})");
}

TEST(Item, NamesTheItemWhenAnAttributeIsMissing) {
  const Item item = parse_item(simple);
  EXPECT_EQ(what_of([&] { return item["x y"]; }),
            R"(MissingAttribute: the item has no attribute "x y" (key {"at":{"N":"1.5"},"id":{"S":"a"}}))");
}

TEST(Item, NamesTheItemWhenAnAttributeCannotBeRead) {
  const Item item = parse_item(R"({"id":{"S":"a"},"at":{"N":"1"},"n":{"N":"x"}})");
  EXPECT_EQ(
      what_of([&] { return item["n"]; }),
      "MalformedAnswer: the attribute \"n\" cannot be read: in the JSON at byte 8 of 9: \"x\" is not a number (key "
      R"({"at":{"N":"1"},"id":{"S":"a"}}))");
  EXPECT_EQ(item["id"], Value("a"));
  EXPECT_EQ(code_of([&] { return item.attributes(); }), "MalformedAnswer");
  EXPECT_EQ(code_of([] { return parse_item(R"({"n":{"N":"x"}})")["n"]; }), "MalformedAnswer");
}

TEST(Item, KeyIsThatOfTheSchema) {
  const Item item = parse_item(simple);
  EXPECT_EQ(item.key(), (Attributes{{"id", "a"}, {"at", Number::parse("1.5")}}));
  EXPECT_EQ(ItemAccess::key_json(item), R"({"id":{"S":"a"},"at":{"N":"1.5"}})");
  EXPECT_EQ(code_of([] { return parse_item(R"({"id":{"S":"a"}})").key(); }), "MalformedAnswer");
  EXPECT_EQ(code_of([] { return ItemAccess::key_json(parse_item(R"({"id":{"N":"1"},"at":{"N":"1"}})")); }),
            "MalformedAnswer");
}

TEST(Item, SizeCountsNamesAndValues) {
  EXPECT_EQ(parse_item(simple).size_bytes(), (2U + 1) + (2 + 3) + (1 + 2) + (4 + 2));
}

TEST(Item, RecordsWhatWasLookedAt) {
  const Item item = parse_item(simple);
  EXPECT_TRUE(ItemAccess::looked(item).names.empty());
  (void)item.key();
  (void)item.size_bytes();
  (void)ItemAccess::raw(item, "n");
  (void)ItemAccess::key_json(item);
  EXPECT_TRUE(ItemAccess::looked(item).names.empty());

  (void)item.contains("tags");
  (void)item.find("none");
  (void)item["n"];
  (void)item.contains("n");
  EXPECT_EQ(code_of([&] { return item["gone"]; }), "MissingAttribute");
  EXPECT_EQ(ItemAccess::looked(item).names, (Names{"tags", "none", "n", "gone"}));
  EXPECT_FALSE(ItemAccess::looked(item).all);
}

TEST(Item, LooksOfACopyCount) {
  const Item item = parse_item(simple);
  const auto look_at = [](Item copy) {  // NOLINT(performance-unnecessary-value-param): a copy is what is tested
    (void)copy["n"];
  };
  look_at(item);
  EXPECT_EQ(ItemAccess::looked(item).names, (Names{"n"}));
}

TEST(Item, LookingAtTheWholeItemCountsAsAll) {
  const std::vector<void (*)(const Item&)> looks = {[](const Item& item) { (void)item.attributes(); },
                                                    [](const Item& item) { (void)item.json(); },
                                                    [](const Item& item) { (void)item.detach(); }};
  for (const auto look : looks) {
    const Item item = parse_item(simple);
    look(item);
    EXPECT_TRUE(ItemAccess::looked(item).all);
  }
}

TEST(Item, CopiesKeepThePageAlive) {
  auto page = parse_page(simple);
  const std::weak_ptr<const Page> watched = page;
  std::vector<Item> copies;
  {
    const Item item = page->item(0);
    page.reset();
    copies.assign(3, item);
  }
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(copies[0]["n"], Value(7));
  copies.pop_back();
  const std::string_view json = copies[1].json();
  copies.erase(copies.begin());
  EXPECT_EQ(json, simple);
  copies.clear();
  EXPECT_TRUE(watched.expired());
}

TEST(Item, DetachFreesThePage) {
  auto page = parse_page(simple);
  const std::weak_ptr<const Page> watched = page;
  const Item kept = page->item(0).detach();
  page.reset();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(kept["n"], Value(7));
  EXPECT_EQ(kept.json(), simple);
  EXPECT_EQ(kept.key().at("id"), Value("a"));
  EXPECT_EQ(kept.detach().detach().attributes(), attributes_from_json(simple));
}

TEST(Item, OfOnesOwnMaking) {
  const Item item = Item::of({{"id", "a"}, {"at", 2}, {"x", List{1}}}, {"id", "at"});
  EXPECT_EQ(item["x"], Value(List{1}));
  EXPECT_EQ(item.key(), (Attributes{{"id", "a"}, {"at", 2}}));
  EXPECT_EQ(what_of([] {
              return Item::of({{"id", "a"}}, {"id", "at"});
            }),
            "ValidationException: an item without its key attribute \"at\"");
  EXPECT_EQ(code_of([] { return Item::of({{"id", true}}, {"id"}); }), "ValidationException");
  EXPECT_EQ(code_of([] { return Item::of({{"id", ""}}, {"id"}); }), "ValidationException");
  EXPECT_EQ(code_of([] { return Item::of({{"id", 1}, {"b", "\xFF"}}, {"id"}); }), "ValidationException");
}

TEST(CanonicalKey, EqualKeysHaveEqualTexts) {
  const KeySchema key = *id_and_at();
  EXPECT_EQ(canonical_key_json({{"at", Number::parse("10e-1")}, {"id", "é\""}, {"other", 1}}, key),
            R"({"id":{"S":"é\""},"at":{"N":"1"}})");
  EXPECT_EQ(canonical_key_json({{"at", 1}, {"id", "é\""}}, key),
            ItemAccess::key_json(parse_item(R"({"at":{"N":"1.00"},"x":{"S":"\u0000"},"id":{"S":"\u00e9\u0022"}})")));
}

TEST(CanonicalKey, RefusesWhatIsNoKey) {
  const KeySchema key = *id_and_at();
  const auto what = [&](const Attributes& attributes) {
    return what_of([&] { return canonical_key_json(attributes, key); });
  };
  EXPECT_EQ(what({{"id", "a"}}), "ValidationException: the key attribute \"at\" is missing");
  EXPECT_EQ(what({{"id", 1}, {"at", 1}}),
            "ValidationException: the key attribute \"id\" is of type N, in the table it is S");
  EXPECT_EQ(what({{"id", ""}, {"at", 1}}), "ValidationException: the key attribute \"id\" is empty");
  EXPECT_EQ(what({{"id", std::string(2048, 'x')}, {"at", 1}}), "no error");
  EXPECT_EQ(what({{"id", std::string(2049, 'x')}, {"at", 1}}),
            "ValidationException: the key attribute \"id\" has 2049 bytes, at most 2048 are allowed");
  const KeySchema binary = {{.name = "p", .type = Type::binary}, {.name = "s", .type = Type::binary}};
  const auto code = [&](std::size_t partition, std::size_t sort) {
    return code_of([&] {
      return canonical_key_json({{"p", Value::binary(Bytes(partition))}, {"s", Value::binary(Bytes(sort))}}, binary);
    });
  };
  EXPECT_EQ(code(2048, 1024), "no error");
  EXPECT_EQ(code(1, 1025), "ValidationException");
  EXPECT_EQ(code(1, 0), "ValidationException");
}

using RandomItem = Seeded;

TEST_F(RandomItem, EveryAttributeIsFoundHoweverItIsSpelt) {
  for (int i = 0; i < 1'000; ++i) {
    Attributes attributes = random_attributes(random(), 4, 12);
    attributes.insert_or_assign("id", "k" + random_text(random(), 10));
    attributes.insert_or_assign("at", random_number(random()));
    const std::string json = RandomJson(random()).spell(attributes);
    const Item item = parse_page(json)->item(0);
    ASSERT_EQ(item.json(), json);
    for (const auto& [name, value] : attributes) ASSERT_EQ(item.find(name), value) << json;
    ASSERT_EQ(item.attributes(), attributes);
    ASSERT_EQ(item.size_bytes(), size_bytes(attributes));
    ASSERT_EQ(ItemAccess::key_json(item), canonical_key_json(attributes, *id_and_at()));
    ASSERT_EQ(item.key(), (Attributes{{"id", attributes.at("id")}, {"at", attributes.at("at")}}));
  }
}

}  // namespace
}  // namespace drift::value
