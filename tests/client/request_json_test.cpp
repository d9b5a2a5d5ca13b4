#include "client/request_json.hpp"

#include <gtest/gtest.h>

namespace drift::client {
namespace {

TEST(RequestJson, MembersInTheirOrder) {
  RequestJson json;
  json.text("TableName", "a \"b\"\n").number("Limit", 7).flag("ConsistentRead", true).raw("X", "[1]");
  json.attributes("Key", {{"id", 1}});
  EXPECT_EQ(json.take(),
            R"({"TableName":"a \"b\"\u000a","Limit":7,"ConsistentRead":true,"X":[1],"Key":{"id":{"N":"1"}}})");
}

TEST(RequestJson, WhatIsEmptyIsLeftOut) {
  RequestJson json;
  json.text_if("FilterExpression", "").names({}).values({});
  EXPECT_EQ(json.take(), "{}");
}

TEST(RequestJson, Placeholders) {
  RequestJson json;
  json.names({{"#a", "a.b"}, {"#q", "\""}}).values({{":v", "x"}});
  EXPECT_EQ(json.take(),
            R"({"ExpressionAttributeNames":{"#a":"a.b","#q":"\""},"ExpressionAttributeValues":{":v":{"S":"x"}}})");
}

TEST(RequestJson, ANameOfTheUsersOwnIsEscaped) {
  EXPECT_EQ(RequestJson().raw("a", "1").raw_member("x\"y", "{}").take(), R"({"a":1,"x\"y":{}})");
}

TEST(ScanRequest, OfAPlainScan) {
  const ScanOptions options;
  EXPECT_EQ(scan_request({.table = "T", .options = &options}),
            R"({"TableName":"T","ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"})");
}

TEST(ScanRequest, OfASegmentThatGoesOn) {
  const ScanOptions options{.consistent = false,
                            .index = "I",
                            .filter = {.text = "#a = :v", .values = {{":v", 1}}, .names = {{"#a", "a"}}},
                            .projection = "#a",
                            .segment = 2,
                            .total_segments = 4,
                            .page_limit = 10};
  EXPECT_EQ(scan_request({.table = "T", .options = &options, .start_key = R"({"id":{"N":"1"}})"}),
            R"({"TableName":"T","IndexName":"I","FilterExpression":"#a = :v","ProjectionExpression":"#a",)"
            R"("ExpressionAttributeNames":{"#a":"a"},"ExpressionAttributeValues":{":v":{"N":"1"}},)"
            R"("Segment":2,"TotalSegments":4,"Limit":10,"ExclusiveStartKey":{"id":{"N":"1"}},)"
            R"("ReturnConsumedCapacity":"TOTAL"})");
}

}  // namespace
}  // namespace drift::client
