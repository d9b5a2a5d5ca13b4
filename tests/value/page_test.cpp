// Page: splitting an answer into items, whatever is in them.
#include "value/page.hpp"

#include "random_json.hpp"
#include "random_value.hpp"
#include "refused.hpp"

#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace drift::value {
namespace {

std::shared_ptr<const KeySchema> key_id() {
  return std::make_shared<const KeySchema>(KeySchema{{.name = "id", .type = Type::string}});
}

std::shared_ptr<const Page> parse(std::string body) { return Page::parse(std::move(body), key_id()); }

std::vector<std::string> items_of(const std::string& body) {
  const auto page = parse(body);
  std::vector<std::string> items;
  for (std::size_t i = 0; i < page->size(); ++i) items.emplace_back(page->item_json(i));
  return items;
}

using Items = std::vector<std::string>;

TEST(Page, ReadsAnAnswerOfScan) {
  const auto page = parse(
      R"({"ConsumedCapacity":{"CapacityUnits":12.5,"TableName":"T"},"Count":2,"Items":[{"id":{"S":"a"}},{"id":{"S":"b"}}],)"
      R"("LastEvaluatedKey":{"id":{"S":"b"}},"ScannedCount":7})");
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ(page->item_json(1), R"({"id":{"S":"b"}})");
  EXPECT_EQ(page->item(1)["id"], Value("b"));
  EXPECT_EQ(page->last_key(), R"({"id":{"S":"b"}})");
  EXPECT_EQ(page->scanned_count(), 7U);
  EXPECT_EQ(page->read_units(), 12.5);
  EXPECT_EQ(page->bytes(), 166U);
}

TEST(Page, MayBeEmptyAndNotTheLast) {
  const auto page = parse(R"({"Items":[],"LastEvaluatedKey":{"id":{"S":"b"}},"Count":0,"ScannedCount":9})");
  EXPECT_EQ(page->size(), 0U);
  EXPECT_EQ(page->last_key(), R"({"id":{"S":"b"}})");
  EXPECT_EQ(page->scanned_count(), 9U);
  EXPECT_EQ(page->read_units(), 0);
}

TEST(Page, MembersMayBeMissingOrNull) {
  for (const char* body :
       {"{}", R"({"Items":null,"LastEvaluatedKey":null,"ConsumedCapacity":null,"ScannedCount":null})"}) {
    const auto page = parse(body);
    EXPECT_EQ(page->size(), 0U);
    EXPECT_EQ(page->last_key(), "");
    EXPECT_EQ(page->scanned_count(), 0U);
  }
}

TEST(Page, ScannedCountIsThatOfTheItemsWhereNoneIsGiven) {
  EXPECT_EQ(parse(R"({"Items":[{},{}]})")->scanned_count(), 2U);
}

TEST(Page, SplitsItemsThatLookLikeStructure) {
  const Items nasty = {R"({"id":{"S":"}]},{\"id\":"}})",
                       R"({"id":{"S":"\\"}})",
                       R"({"id":{"S":"\\\""}})",
                       R"({"id":{"S":"[[[{{{"},"m":{"M":{"}":{"L":[{"L":[]},{"S":"]"}]}}}})",
                       R"({"\"Items\":[":{"S":"\",\""}})",
                       "{ \"id\" : { \"S\" : \"\\\\\" } }",
                       "{}"};
  std::string body = R"({"Items":[)";
  for (std::size_t i = 0; i < nasty.size(); ++i) body += (i == 0 ? " " : " ,\n") + nasty[i];
  EXPECT_EQ(items_of(body + "\t] }"), nasty);
}

TEST(Page, RefusesWhatIsNoAnswer) {
  for (const char* body : {"",
                           "[]",
                           "null",
                           "x",
                           "{\"Items\":{}}",
                           "{\"Items\":[1]}",
                           "{\"Items\":[{}{}]}",
                           "{\"Items\":[{},]}",
                           "{\"Items\":[{}],}",
                           "{\"Items\":[{}]]",
                           "{\"Items\":[{]}",
                           "{\"Items\":[{}}",
                           "{\"Items\":\"a\"}",
                           "{\"Items\":nil}",
                           "{\"Items\":[{\"a\":[}]}]}",
                           "{\"LastEvaluatedKey\":[]}",
                           "{\"ScannedCount\":-1}",
                           "{\"ScannedCount\":\"1\"}",
                           "{\"ScannedCount\":99999999999999999999}",
                           "{\"ConsumedCapacity\":{\"CapacityUnits\":\"x\"}}",
                           "{\"ConsumedCapacity\":[]}",
                           "{} {}",
                           "<html><body>502 Bad Gateway</body></html>"})
    EXPECT_EQ(code_of([&] { return parse(body); }), "MalformedAnswer") << body;
  EXPECT_EQ(code_of([&] { return parse("{\"Items\":[" + std::string(1'000'000, '[')); }), "MalformedAnswer");
  EXPECT_EQ(code_of([&] { return parse("{\"Items\":[" + std::string(1'000'000, '{')); }), "MalformedAnswer");
}

using RandomPage = Seeded;

TEST_F(RandomPage, SplitsAtEveryBoundary) {
  for (int i = 0; i < 500; ++i) {
    Items expected;
    std::string body = "{\"Count\" : 3,\"Items\":[";
    for (std::size_t count = below(random(), 6); count != 0; --count) {
      expected.push_back(RandomJson(random()).spell(random_attributes(random(), 5)));
      body += (expected.size() == 1 ? "" : ",") + expected.back();
    }
    ASSERT_EQ(items_of(body + "]}"), expected);
  }
}

}  // namespace
}  // namespace drift::value
