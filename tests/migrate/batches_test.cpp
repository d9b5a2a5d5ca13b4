// Plain puts and removes, 25 in a request: what goes so and what does not, and that whatever becomes of a batch, each
// of its actions ends as if it had gone alone.
#include "base/clock.hpp"
#include "support/migrator_fixture.hpp"
#include "value/json_object.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace drift::testing {
namespace {

using value::JsonObject;

// The writes of a BatchWriteItem, as JSON.
std::vector<std::string> parts_of(const wire::Request& request) {
  std::vector<std::string> parts;
  const JsonObject body = JsonObject::parse(request.body);
  const auto tables = body.object("RequestItems");
  for (const auto& table : tables->members()) {
    for (const std::string_view part : tables->array(JsonObject::unescaped(table))) parts.emplace_back(part);
  }
  return parts;
}

// {"id":{"N":"7"}: what names an item in any of the requests.
std::string id_in(std::string_view json) {
  const std::size_t at = json.find(R"("id":{"N":")");
  return at == std::string_view::npos ? std::string() : std::string(json.substr(at, json.find('}', at) - at));
}

wire::Answer answered(std::string body) {
  return wire::Response{.status = 200, .headers = "x-amzn-requestid: TEST\r\n", .body = std::move(body)};
}

class BatchesTest : public MigratorFixture {
 protected:
  using Before = FaultTransport::Before;

  void SetUp() override {
    MigratorFixture::SetUp();
    make_table(other_table());
    network().before = [this](std::string_view operation, const wire::Request& request) {
      count(std::string(operation), request);
      return fault ? fault(operation, request) : std::nullopt;
    };
  }

  // A copy of each item in the other table.
  Callback copies() const {
    return [other = other_table()](const Item& item, Actions& actions) {
      actions.put({{"id", item["id"]}, {"copy", item["n"]}}, other);
    };
  }
  static RunOptions in_batches() { return {.concurrency = 4, .before_images = false, .segments = 1}; }
  Report copy_all(const RunOptions& options = in_batches()) { return run(copies(), options); }

  void expect_all_copied(std::size_t count) {
    const auto copied = items(other_table());
    EXPECT_EQ(copied.size(), count);
    for (const auto& [id, item] : copied) EXPECT_EQ(item, (Attributes{{"id", id}, {"copy", 0}}));
  }

  // Requests about the two tables, by operation; the parts of batches under "part".
  std::size_t requests(const std::string& operation) {
    const std::scoped_lock lock(mutex_);
    return requests_[operation];
  }
  // The batches that each item was in, and the single requests about it that came later.
  std::vector<std::string> way_of(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    return ways_[R"("id":{"N":")" + id + '"'];
  }

  // Executes a part of a batch in the server.
  void execute(const std::vector<std::string>& parts) {
    std::string body = R"({"RequestItems":{")" + other_table() + R"(":[)";
    for (const std::string& part : parts) body += (body.back() == '[' ? "" : ",") + part;
    post(endpoint(), "BatchWriteItem", body + "]}}");
  }
  // What the server answers that has done the one part and not the other.
  wire::Answer left(std::size_t done, const std::vector<std::string>& parts) {
    std::string body = R"({"UnprocessedItems":{")" + other_table() + R"(":[)";
    for (const std::string& part : parts) body += (body.back() == '[' ? "" : ",") + part;
    return answered(body + R"(]},"ConsumedCapacity":[{"TableName":")" + other_table() + R"(","CapacityUnits":)" +
                    std::to_string(done) + "}]}");
  }

  Before fault = {};

 private:
  void count(const std::string& operation, const wire::Request& request) {
    if (request.body.find('"' + other_table() + '"') == std::string::npos) return;
    const std::scoped_lock lock(mutex_);
    ++requests_[operation];
    if (operation != "BatchWriteItem") return ways_[id_in(request.body)].push_back(operation);
    std::set<std::string> seen;
    for (const std::string& part : parts_of(request)) {
      ++requests_["part"];
      EXPECT_TRUE(seen.insert(id_in(part)).second) << "an item twice in a batch: " << part;
      ways_[id_in(part)].push_back("batch");
    }
    EXPECT_LE(seen.size(), 25U);
    EXPECT_GE(seen.size(), 2U) << "one action goes as a single request";
  }

  std::mutex mutex_;
  std::map<std::string, std::size_t> requests_;
  std::map<std::string, std::vector<std::string>> ways_;
};

TEST_F(BatchesTest, PlainPutsAndRemovesGo25InARequest) {
  fill(203);
  execute({R"({"PutRequest":{"Item":{"id":{"N":"7"},"old":{"BOOL":true}}}})",
           R"({"PutRequest":{"Item":{"id":{"N":"14"},"old":{"BOOL":true}}}})"});
  const Report report = run(
      [other = other_table()](const Item& item, Actions& actions) {
        if (item["id"].as_int64() % 7 == 0) return actions.remove({{"id", item["id"]}}, other);
        actions.put({{"id", item["id"]}, {"copy", item["n"]}}, other);
      },
      in_batches());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.actions_done, 203U);
  EXPECT_EQ(report.retried, 0U);
  EXPECT_TRUE(report.notes.empty());
  expect_all_copied(203 - 29);
  EXPECT_EQ(requests("BatchWriteItem"), 9U);  // all are in the window at once
  EXPECT_EQ(requests("part") + requests("PutItem") + requests("DeleteItem"), 203U);
}

TEST_F(BatchesTest, TheScannedTablesOwnItemsGoSoToo) {
  fill(100);
  RunOptions options = in_batches();
  options.guard = Guard::none;
  std::atomic<int> batches = 0;
  fault = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation == "BatchWriteItem") ++batches;
    return {};
  };
  const Report report = run(
      [](const Item& item, Actions& actions) {
        if (item["id"].as_int64() % 2 == 0) return actions.remove();
        actions.put({{"id", item["id"]}, {"n", 1}});
      },
      options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("n", 1), 50U);
  EXPECT_EQ(items().size(), 50U);
  EXPECT_EQ(batches, 4);
}

TEST_F(BatchesTest, TheReportIsAsWithoutThem) {
  fill(60, 3'000);
  const auto up = [other = other_table()](const Item& item, Actions& actions) {
    if (item["id"].as_int64() % 3 == 0) return actions.remove({{"id", item["id"]}}, other);
    actions.put(item.attributes(), other);
  };
  const Report together = run(up, in_batches());
  EXPECT_GE(requests("BatchWriteItem"), 3U);
  plain().delete_table(other_table());
  make_table(other_table());
  RunOptions alone = in_batches();
  alone.before_images = true;
  alone.allow_applied = true;
  const Report singly = run(up, alone);
  EXPECT_EQ(together.outcome, Outcome::applied) << errors_of(together);
  EXPECT_EQ(singly.outcome, Outcome::applied) << errors_of(singly);
  EXPECT_EQ(together.actions_queued, singly.actions_queued);
  EXPECT_EQ(together.actions_done, singly.actions_done);
  EXPECT_EQ(together.write_units, singly.write_units);
  EXPECT_EQ(together.read_units, singly.read_units);
  EXPECT_EQ(together.cost, singly.cost);
  EXPECT_EQ(together.throttled + together.retried, 0U);
}

TEST_F(BatchesTest, WhatNeedsMoreThanABatchCanDoGoesSingly) {
  fill(30);
  const auto expect_no_batch = [&](Callback up, const RunOptions& options, const char* what) {
    RunOptions again = options;
    again.allow_applied = true;
    const Report report = run(std::move(up), again);
    EXPECT_EQ(report.outcome, Outcome::applied) << what << errors_of(report);
    EXPECT_EQ(requests("BatchWriteItem"), 0U) << what;
  };
  RunOptions options = in_batches();
  options.before_images = true;
  expect_no_batch(copies(), options, "before-images");
  options = in_batches();
  options.concurrency = 1;
  expect_no_batch(copies(), options, "one at a time");
  options = in_batches();
  options.exact = true;
  expect_no_batch(copies(), options, "exact");
  expect_no_batch(
      [other = other_table()](const Item& item, Actions& actions) {
        actions.put({{"id", item["id"]}}, other, {.condition = "attribute_exists(id)"});
      },
      in_batches(), "a condition");
  expect_no_batch(
      [](const Item& item, Actions& actions) {
        actions.put({{"id", item["id"]}, {"n", 1}});
      },
      in_batches(), "a guard");
  EXPECT_EQ(count_where("n", 1), 30U);
}

TEST_F(BatchesTest, ActionsOnOneItemKeepTheirOrder) {
  fill(200);
  // Ten items, each written by twenty callbacks.
  const auto up = [other = other_table()](const Item& item, Actions& actions) {
    const std::int64_t id = item["id"].as_int64();
    if (id % 17 == 0) return actions.remove({{"id", id % 10}}, other);
    actions.put({{"id", id % 10}, {"by", id}}, other);
  };
  RunOptions options = in_batches();
  const Report report = run(up, options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GE(requests("BatchWriteItem"), 1U);
  std::map<std::int64_t, Attributes> expected;
  for (const Item& item : plain().scan(table())) {
    const std::int64_t id = item["id"].as_int64();
    expected.erase(id % 10);
    if (id % 17 != 0) expected[id % 10] = {{"id", id % 10}, {"by", id}};
  }
  EXPECT_EQ(items(other_table()), expected);
}

TEST_F(BatchesTest, WhatIsLeftUnprocessedGoesSinglyAndCountsAsThrottled) {
  fill(100);
  fault = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem") return {};
    auto parts = parts_of(request);
    const std::vector<std::string> undone(parts.begin() + 20, parts.end());
    parts.resize(20);
    execute(parts);
    return left(20, undone);
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.actions_done, 100U);
  EXPECT_EQ(report.throttled, 20U);
  EXPECT_EQ(report.retried, 0U);
  EXPECT_EQ(report.write_units, 100);
  EXPECT_EQ(requests("BatchWriteItem"), 4U);
  EXPECT_EQ(requests("PutItem"), 20U);
  expect_all_copied(100);
}

// As large as the rate allows that was found out then.
TEST_F(BatchesTest, AThrottledBatchIsSentAgain) {
  fill(100);
  std::atomic<int> refused = 0;
  fault = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem" || refused++ > 0) return {};
    return refusal(400, "ProvisionedThroughputExceededException");
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.throttled, 25U);
  EXPECT_GE(requests("BatchWriteItem") + requests("PutItem"), 5U);
  EXPECT_EQ(report.write_units, 100);
  expect_all_copied(100);
}

TEST_F(BatchesTest, ABatchInDoubtIsNeverSentAgainButEachItemIsLookedAt) {
  fill(75);
  std::atomic<int> batches = 0;
  std::vector<std::string> executed;
  std::vector<std::string> lost;
  std::mutex mutex;
  fault = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem") return {};
    const std::scoped_lock lock(mutex);
    auto parts = parts_of(request);
    const std::size_t done = batches++ == 0 ? 10 : 0;  // a batch is not atomic
    for (std::size_t i = 0; i < parts.size(); ++i) (i < done ? executed : lost).push_back(parts[i]);
    if (batches == 3) return refusal(500, "InternalServerError");
    if (done > 0) execute(executed);
    return lost_answer();
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_applied, 10U);
  EXPECT_EQ(report.in_doubt_not_applied, 65U);
  EXPECT_EQ(requests("BatchWriteItem"), 3U);
  expect_all_copied(75);
  const std::size_t begin = std::string_view(R"("id":{"N":")").size();
  const auto way = [&](const std::string& part) {
    const std::string id = id_in(part);
    return way_of(id.substr(begin, id.size() - begin - 1));
  };
  for (const std::string& part : executed) EXPECT_EQ(way(part), (std::vector<std::string>{"batch", "GetItem"})) << part;
  for (const std::string& part : lost) {
    EXPECT_EQ(way(part), (std::vector<std::string>{"batch", "GetItem", "PutItem"})) << part;
  }
}

TEST_F(BatchesTest, AnAnswerThatMakesNoSenseProvesNothing) {
  fill(50);
  fault = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem") return {};
    execute(parts_of(request));
    return left(24, {R"({"DeleteRequest":{"Key":{"id":{"N":"4711"}}}})"});
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_applied, 50U);
  EXPECT_EQ(requests("GetItem"), 50U);
  expect_all_copied(50);
}

TEST_F(BatchesTest, AnErrorOfOneItemNamesItAndTheOthersAreDone) {
  fill(100);
  const auto bad = [](const wire::Request& request) { return request.body.find(R"("N":"13"})") != std::string::npos; };
  for (const char* code : {"ValidationException", "ItemCollectionSizeLimitExceededException"}) {
    SCOPED_TRACE(code);
    fault = [&, code](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
      const bool writes = operation == "BatchWriteItem" || operation == "PutItem";
      if (!writes || !bad(request)) return {};
      return refusal(400, code);
    };
    RunOptions options = in_batches();
    options.allow_applied = true;
    const Report report = copy_all(options);
    EXPECT_FALSE(report.ok());
    ASSERT_EQ(report.errors.size(), 1U) << errors_of(report);
    EXPECT_EQ(report.errors[0].code(), code);
    EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 13}}));
    EXPECT_EQ(report.actions_done, 99U);
    expect_all_copied(99);
    fault = {};
    EXPECT_EQ(copy_all(options).outcome, Outcome::applied);
    expect_all_copied(100);
    execute({R"({"DeleteRequest":{"Key":{"id":{"N":"13"}}}})"});
  }
}

TEST_F(BatchesTest, WithoutThePermissionForBatchesEverythingGoesSinglyAndTheReportSaysSo) {
  fill(2'000);
  fault = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem") return {};
    return refusal(400, "AccessDeniedException");
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("Allow dynamodb:BatchWriteItem"), std::string::npos) << report.notes[0];
  EXPECT_EQ(report.retried, 0U);
  EXPECT_LE(requests("BatchWriteItem"), 64U);  // those that were under way when the first was refused, of 80
  EXPECT_EQ(requests("PutItem"), 2'000U);
  expect_all_copied(2'000);
}

TEST_F(BatchesTest, WithoutAnyPermissionTheRunEndsAndGoesOnLater) {
  fill(100);
  fault = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem" && operation != "PutItem") return {};
    return refusal(400, "AccessDeniedException");
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.errors_total, 1U) << errors_of(report);
  fault = {};
  EXPECT_EQ(copy_all().outcome, Outcome::applied);
  expect_all_copied(100);
}

TEST_F(BatchesTest, ABatchThatCannotBeSentLeavesItsActionsQueued) {
  fill(100);
  fault = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "BatchWriteItem") return {};
    return wire::Failure{.kind = wire::Failure::Kind::connect, .maybe_executed = false, .message = "by the test"};
  };
  const Report report = copy_all();
  EXPECT_EQ(report.outcome, Outcome::failed) << errors_of(report);
  EXPECT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.actions_done, 0U);
  fault = {};
  const Report then = copy_all();
  EXPECT_EQ(then.outcome, Outcome::applied) << errors_of(then);
  EXPECT_EQ(then.actions_done, 100U);
  EXPECT_EQ(then.in_doubt_applied + then.in_doubt_not_applied, 0U);
  expect_all_copied(100);
}

TEST_F(BatchesTest, ACapHoldsForTheSumOfABatch) {
  fill(100);
  RunOptions options = in_batches();
  options.max_write_units = 40;
  const Report stopped = copy_all(options);
  EXPECT_EQ(stopped.outcome, Outcome::stopped) << errors_of(stopped);
  EXPECT_EQ(stopped.write_units, 40);
  EXPECT_EQ(items(other_table()).size(), 40U);
  options.max_write_units = 0;
  EXPECT_EQ(copy_all(options).outcome, Outcome::applied);
  expect_all_copied(100);
}

TEST_F(BatchesTest, AGivenRateIsKept) {
  fill(60);
  RunOptions options = in_batches();
  options.write_rate = Rate::units(50);
  const auto begun = base::machine_clock().steady();
  const Report report = copy_all(options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  // 60 units at 50 a second, of which a tenth of a second's is there at once.
  EXPECT_GE(base::machine_clock().steady() - begun, std::chrono::milliseconds(1'000));
  expect_all_copied(60);
}

TEST_F(BatchesTest, LargeItemsMakeSmallBatches) {
  fill(20, 100'000);
  const Report report =
      run([other = other_table()](const Item& item, Actions& actions) { actions.put(item.attributes(), other); },
          in_batches());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GE(requests("BatchWriteItem"), 2U);
  EXPECT_EQ(items(other_table()), items());
}

}  // namespace
}  // namespace drift::testing
