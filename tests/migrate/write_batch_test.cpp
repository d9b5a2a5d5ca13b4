// What goes in a batch, how a batch is written, and what its answer says of each part.
#include "migrate/write_batch.hpp"

#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <string>

namespace drift::migrate {
namespace {

using journal::ActionKind;
using journal::ActionRecord;
using journal::GuardKind;
using journal::RepeatKind;

ActionRecord put(int id, std::size_t padding = 0) {
  const std::string key = R"({"id":{"N":")" + std::to_string(id) + R"("}})";
  std::string item = key;
  item.insert(item.size() - 1, R"(,"text":{"S":")" + std::string(padding, 'x') + R"("})");
  return {.kind = ActionKind::put, .table = "T", .key = key, .item = item};
}

ActionRecord removal(int id) {
  ActionRecord action = put(id);
  action.kind = ActionKind::remove;
  action.item.clear();
  return action;
}

constexpr auto no_images = [] { return WriteSettings{.before_images = false}; };

double units_of(const std::vector<BatchPart>& parts) {
  double sum = 0;
  for (const BatchPart& part : parts) sum += part.consumed.units;
  return sum;
}

TEST(WriteBatchTest, OnlyWhatNeedsNothingThatABatchCannotDoGoesInOne) {
  EXPECT_TRUE(goes_in_batches(put(1), no_images()));
  EXPECT_TRUE(goes_in_batches(removal(1), no_images()));
  EXPECT_FALSE(goes_in_batches(put(1), {.before_images = true}));
  EXPECT_FALSE(goes_in_batches(removal(1), {.before_images = true}));
  for (const ActionKind kind : {ActionKind::update, ActionKind::insert, ActionKind::recall}) {
    ActionRecord other = put(1);
    other.kind = kind;
    EXPECT_FALSE(goes_in_batches(other, no_images())) << static_cast<int>(kind);
  }
  for (const GuardKind guard :
       {GuardKind::exists, GuardKind::unchanged, GuardKind::version, GuardKind::scanned_check}) {
    ActionRecord guarded = put(1);
    guarded.guard = guard;
    EXPECT_FALSE(goes_in_batches(guarded, no_images())) << static_cast<int>(guard);
  }
  ActionRecord conditional = put(1);
  conditional.condition = "a = b";
  EXPECT_FALSE(goes_in_batches(conditional, no_images()));
  for (const RepeatKind repeat : {RepeatKind::guarded, RepeatKind::marker}) {
    ActionRecord once = put(1);
    once.repeat = repeat;
    EXPECT_FALSE(goes_in_batches(once, no_images())) << static_cast<int>(repeat);
  }
}

TEST(WriteBatchTest, IsWrittenAsTheApiWantsIt) {
  const ActionRecord first = put(1);
  const ActionRecord second = removal(2);
  const PreparedRequest request = batch_request({&first, &second}, no_images());
  EXPECT_EQ(request.operation->name, "BatchWriteItem");
  EXPECT_EQ(request.operation->repeat, client::Repeat::unsafe);
  EXPECT_EQ(request.body, R"({"RequestItems":{"T":[{"PutRequest":{"Item":{"id":{"N":"1"},"text":{"S":""}}}},)"
                          R"({"DeleteRequest":{"Key":{"id":{"N":"2"}}}}]},"ReturnConsumedCapacity":"TOTAL"})");
  const WriteSettings indexed{.before_images = false,
                              .has_indexes = [](const std::string& table) { return table == "T"; }};
  EXPECT_NE(batch_request({&first}, indexed).body.find(R"("ReturnConsumedCapacity":"INDEXES")"), std::string::npos);
}

TEST(WriteBatchTest, WhatIsLeftUnprocessedIsFoundByItsKeyHoweverItIsWritten) {
  const ActionRecord one = put(1);
  const ActionRecord ten = put(10);
  const ActionRecord two = removal(2);
  const BatchActions actions{&one, &ten, &two};
  const auto parts = batch_parts(actions, R"({"UnprocessedItems":{"arn:aws:dynamodb:eu-west-1:1:table/T":[)"
                                          R"({"DeleteRequest":{"Key":{"id":{"N":"2"}}}},)"
                                          R"({"PutRequest":{"Item":{"text":{"S":""},"id":{"N":"1E1"}}}}]}})");
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_TRUE(parts[0].is_processed);
  EXPECT_FALSE(parts[1].is_processed);
  EXPECT_FALSE(parts[2].is_processed);
  for (const char* all_done : {"{}", R"({"UnprocessedItems":{}})", R"({"UnprocessedItems":{"T":[]}})"}) {
    for (const BatchPart& part : batch_parts(actions, all_done)) EXPECT_TRUE(part.is_processed) << all_done;
  }
  EXPECT_THROW(batch_parts(actions, R"({"UnprocessedItems":{"T":[{"DeleteRequest":{"Key":{"id":{"N":"3"}}}}]}})"),
               Error);
  EXPECT_THROW(batch_parts(actions, R"({"UnprocessedItems":{"T":[{"Something":{}}]}})"), Error);
}

TEST(WriteBatchTest, WhatWasConsumedIsSharedBySizeAndAddsUp) {
  const ActionRecord small = put(1);
  const ActionRecord large = put(2, 2'500);
  const ActionRecord gone = removal(3);
  const BatchActions actions{&small, &large, &gone};
  const auto even = batch_parts(actions, R"({"ConsumedCapacity":[{"TableName":"T","CapacityUnits":5.0}]})");
  EXPECT_EQ(even[0].consumed.units, 1);
  EXPECT_EQ(even[1].consumed.units, 3);
  EXPECT_EQ(even[2].consumed.units, 1);
  // More than was thought, not in whole units, and without what was not processed.
  for (const char* units : {"17.0", "0.5", "13.25", "0"}) {
    const auto parts =
        batch_parts(actions, R"({"ConsumedCapacity":[{"TableName":"T","CapacityUnits":)" + std::string(units) +
                                 R"(,"GlobalSecondaryIndexes":{"i":{"CapacityUnits":4}}}],)"
                                 R"("UnprocessedItems":{"T":[{"DeleteRequest":{"Key":{"id":{"N":"3"}}}}]}})");
    EXPECT_EQ(units_of(parts), std::stod(units));
    EXPECT_EQ(parts[2].consumed.units, 0);
    double of_index = 0;
    for (const BatchPart& part : parts) {
      for (const auto& [name, consumed] : part.consumed.indexes) of_index += consumed;
    }
    EXPECT_EQ(of_index, 4);
  }
}

}  // namespace
}  // namespace drift::migrate
