#include "client/capacity.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

namespace drift::client {
namespace {

TEST(Capacity, IsTheSumOfAllTables) {
  EXPECT_EQ(consumed_units(R"({})"), 0);
  EXPECT_EQ(consumed_units(R"({"ConsumedCapacity":{"TableName":"T","CapacityUnits":1.5}})"), 1.5);
  EXPECT_EQ(consumed_units(R"({"ConsumedCapacity":[{"CapacityUnits":2},{"CapacityUnits":4.0}]})"), 6);
  EXPECT_THROW(consumed_units("{"), Error);
}

TEST(Capacity, OfIndexesIsToldApart) {
  const Consumption consumed = consumption(
      R"({"ConsumedCapacity":{"CapacityUnits":4,"Table":{"CapacityUnits":1},
          "GlobalSecondaryIndexes":{"by-year":{"CapacityUnits":2},"a\"b":{"CapacityUnits":1}}}})");
  EXPECT_EQ(consumed.units, 4);
  ASSERT_EQ(consumed.indexes.size(), 2U);
  EXPECT_EQ(consumed.indexes[0], (std::pair<std::string, double>("by-year", 2)));
  EXPECT_EQ(consumed.indexes[1], (std::pair<std::string, double>("a\"b", 1)));
}

TEST(ThrottlingReasons, NameWhatThereIsTooLittleOf) {
  const auto reasons = throttling_reasons(R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "message":"Throughput exceeds the current capacity","ThrottlingReasons":[
      {"reason":"IndexWriteKeyRangeThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:1:table/T/index/by-year"},
      {"reason":"TableWriteAccountLimitExceeded","resource":"arn:aws:dynamodb:eu-west-1:1:table/T"}]})");
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].reason, "IndexWriteKeyRangeThroughputExceeded");
  EXPECT_EQ(reasons[0].table, "T");
  EXPECT_EQ(reasons[0].index, "by-year");
  EXPECT_EQ(reasons[1].table, "T");
  EXPECT_EQ(reasons[1].index, "");
}

TEST(ThrottlingReasons, AreMissingInOlderAnswersAndInBrokenOnes) {
  EXPECT_TRUE(throttling_reasons(R"({"__type":"ThrottlingException"})").empty());
  EXPECT_TRUE(throttling_reasons("<html>").empty());
  EXPECT_TRUE(throttling_reasons(R"({"ThrottlingReasons":[7]})").empty());
}

}  // namespace
}  // namespace drift::client
