#include "client/capacity.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

namespace drift::client {
namespace {

TEST(ConsumedUnits, OfOneTable) {
  EXPECT_EQ(consumed_units(R"({"Attributes":{},"ConsumedCapacity":{"TableName":"T","CapacityUnits":1.5}})"), 1.5);
}

TEST(ConsumedUnits, OfSeveralTablesAreAdded) {
  EXPECT_EQ(consumed_units(R"({"ConsumedCapacity":[{"TableName":"T","CapacityUnits":2},{"CapacityUnits":0.5}]})"), 2.5);
}

TEST(ConsumedUnits, WhereTheAnswerDoesNotSayAreNone) {
  EXPECT_EQ(consumed_units("{}"), 0);
  EXPECT_EQ(consumed_units(R"({"ConsumedCapacity":{}})"), 0);
  EXPECT_EQ(consumed_units(R"({"ConsumedCapacity":[]})"), 0);
}

TEST(ConsumedUnits, ABrokenAnswerIsAnError) { EXPECT_THROW(consumed_units("{"), Error); }

}  // namespace
}  // namespace drift::client
