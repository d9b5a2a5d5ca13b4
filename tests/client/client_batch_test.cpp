// Batches: cut to the API's limits, and sent until nothing is left unprocessed.
#include "client/memory_client_fixture.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <random>

namespace drift::testing {
namespace {

using value::JsonObject;

// A table that does only a part of each batch, at random.
class LazyTable {
 public:
  explicit LazyTable(double laziness) : laziness_(laziness) {}

  wire::Answer answer(std::string_view operation, const std::string& body) {
    if (operation == "DescribeTable")
      return ok(R"({"Table":{"TableName":"T","TableStatus":"ACTIVE",)"
                R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
                R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}]}})");
    const auto request = JsonObject::parse(body);
    return operation == "BatchWriteItem" ? write(*request.object("RequestItems"))
                                         : read(*request.object("RequestItems"));
  }

  std::map<std::int64_t, std::string> items;  // by id, their JSON
  std::size_t largest_batch = 0;

 private:
  wire::Answer write(const JsonObject& tables) {
    std::string left;
    const auto requests = tables.array("T");
    largest_batch = std::max(largest_batch, requests.size());
    for (const std::string_view raw : requests) {
      if (is_lazy()) {
        left.append(left.empty() ? "" : ",").append(raw);
        continue;
      }
      const auto request = JsonObject::parse(raw);
      if (const auto put = request.object("PutRequest")) {
        const std::string json(*put->raw("Item"));
        items[value::parse_attributes(json).at("id").as_int64()] = json;
      } else {
        items.erase(value::parse_attributes(*request.object("DeleteRequest")->raw("Key")).at("id").as_int64());
      }
    }
    return ok(left.empty() ? R"({"UnprocessedItems":{}})" : R"({"UnprocessedItems":{"T":[)" + left + "]}}");
  }

  wire::Answer read(const JsonObject& tables) {
    std::string found;
    std::string left;
    const auto table = *tables.object("T");
    const auto keys = table.array("Keys");
    largest_batch = std::max(largest_batch, keys.size());
    for (const std::string_view key : keys) {
      std::string& list = is_lazy() ? left : found;
      std::string_view add = key;
      if (&list == &found) {
        const auto item = items.find(value::parse_attributes(key).at("id").as_int64());
        if (item == items.end()) continue;
        add = item->second;
      }
      list.append(list.empty() ? "" : ",").append(add);
    }
    std::string body = R"({"Responses":{"T":[)" + found + "]}";
    if (!left.empty()) body += R"(,"UnprocessedKeys":{"T":{"ConsistentRead":true,"Keys":[)" + left + "]}}";
    return ok(body + "}");
  }

  bool is_lazy() { return std::uniform_real_distribution<>()(random_) < laziness_; }
  const double laziness_;
  std::mt19937_64 random_{3};
};

class ClientBatch : public MemoryClientFixture {
 protected:
  void serve_lazily(double laziness) {
    table_ = std::make_unique<LazyTable>(laziness);
    serve([this](std::string_view operation, const std::string& body) { return table_->answer(operation, body); });
  }
  static std::vector<Attributes> items(int from, int to) {
    std::vector<Attributes> all;
    for (int id = from; id < to; ++id) all.push_back({{"id", id}, {"text", "item " + std::to_string(id)}});
    return all;
  }
  static std::vector<Attributes> keys(int from, int to) {
    std::vector<Attributes> all;
    for (int id = from; id < to; ++id) all.push_back({{"id", id}});
    return all;
  }
  std::unique_ptr<LazyTable> table_;
};

TEST_F(ClientBatch, WritesEverythingInBatchesOfTwentyFive) {
  serve_lazily(0);
  client_->batch_write("T", items(0, 101));
  EXPECT_EQ(table_->items.size(), 101U);
  EXPECT_EQ(table_->largest_batch, 25U);
  EXPECT_EQ(count_of("BatchWriteItem"), 5U);
}

TEST_F(ClientBatch, WritesWhatIsLeftUnprocessedAgainUntilItIsDone) {
  serve_lazily(0.6);
  client_->batch_write("T", items(0, 100));
  client_->batch_write("T", items(100, 150), keys(0, 50));
  ASSERT_EQ(table_->items.size(), 100U);
  EXPECT_EQ(table_->items.begin()->first, 50);
  EXPECT_LE(table_->largest_batch, 25U);
}

TEST_F(ClientBatch, ReadsEverythingInBatchesOfAHundred) {
  serve_lazily(0.5);
  client_->batch_write("T", items(0, 250));
  table_->largest_batch = 0;
  const auto found = client_->batch_get("T", keys(-50, 300));
  EXPECT_EQ(found.size(), 250U);
  EXPECT_EQ(table_->largest_batch, 100U);
}

TEST_F(ClientBatch, OfNothingSendsNothing) {
  serve_lazily(0);
  client_->batch_write("T", {});
  EXPECT_TRUE(client_->batch_get("T", {}).empty());
  EXPECT_EQ(transport_->request_count(), 0U);
}

TEST_F(ClientBatch, AKeyThatComesTwiceIsRefusedBeforeAnythingIsSent) {
  serve_lazily(0);
  auto puts = items(0, 60);
  puts.push_back({{"id", 3}, {"text", "another"}});
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { client_->batch_write("T", puts); }, [&] { client_->batch_write("T", items(0, 60), keys(59, 60)); },
           [&] {
             client_->batch_get("T", {{{"id", 1}}, {{"id", Number::parse("1.0")}}});
           }}) {
    try {
      call();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ValidationException");
      EXPECT_EQ(error.table(), "T");
      EXPECT_EQ(error.key().size(), 1U);
    }
  }
  EXPECT_EQ(count_of("BatchWriteItem") + count_of("BatchGetItem"), 0U);
}

TEST_F(ClientBatch, ATableThatDoesNothingForTooLongIsAnError) {
  serve_lazily(1);
  try {
    client_->batch_write("T", items(0, 10));
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.retryable());
    EXPECT_NE(error.message().find("10 elements"), std::string::npos) << error.message();
  }
  EXPECT_EQ(count_of("BatchWriteItem"), 10U);
}

TEST_F(ClientBatch, AWriteWhoseAnswerIsLostIsNotSentAgain) {
  serve([](std::string_view operation, const std::string&) -> wire::Answer {
    if (operation == "DescribeTable") return ok(describe("T"));
    return lost();
  });
  try {
    client_->batch_write("T", items(0, 10));
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.in_doubt());
    EXPECT_EQ(error.table(), "T");
  }
  EXPECT_EQ(count_of("BatchWriteItem"), 1U);
}

TEST_F(ClientBatch, LargeItemsGoInSmallerBatches) {
  serve_lazily(0);
  std::vector<Attributes> puts;
  puts.reserve(25);
  for (int id = 0; id < 25; ++id) puts.push_back({{"id", id}, {"blob", std::string(1'000'000, 'x')}});
  client_->batch_write("T", puts);
  EXPECT_EQ(table_->items.size(), 25U);
  EXPECT_GE(count_of("BatchWriteItem"), 3U);
  for (const auto& request : transport_->requests()) EXPECT_LT(request.body.size(), 16U << 20U);
}

}  // namespace
}  // namespace drift::testing
