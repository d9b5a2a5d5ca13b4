#include "client/table_json.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <string>

namespace drift::client {
namespace {

// As DescribeTable answers for a provisioned table with one index of each kind (API reference, DescribeTable).
constexpr const char* provisioned = R"({"Table":{
  "AttributeDefinitions":[{"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"pk","AttributeType":"S"},
                          {"AttributeName":"b","AttributeType":"B"}],
  "CreationDateTime":1.363729002358E9,
  "GlobalSecondaryIndexes":[{"IndexName":"g","IndexStatus":"CREATING","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],
    "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y"]},
    "ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}}],
  "LocalSecondaryIndexes":[{"IndexName":"l","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
    {"AttributeName":"b","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
  "ItemCount":12345678901,"KeySchema":[{"AttributeName":"sk","KeyType":"RANGE"},{"AttributeName":"pk","KeyType":"HASH"}],
  "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":6},
  "TableArn":"arn:aws:dynamodb:eu-west-1:1:table/T","TableId":"id-1","TableName":"T","TableSizeBytes":99,
  "TableStatus":"UPDATING"}})";

TEST(TableJson, AProvisionedTableWithIndexes) {
  const TableDescription table = parse_table_description(provisioned);
  EXPECT_EQ(table.name, "T");
  EXPECT_EQ(table.arn, "arn:aws:dynamodb:eu-west-1:1:table/T");
  EXPECT_EQ(table.id, "id-1");
  EXPECT_EQ(table.status, "UPDATING");
  EXPECT_EQ(table.key, (KeySchema{{"pk", Type::string}, {"sk", Type::number}}));
  EXPECT_EQ(table.items_estimated, 12'345'678'901U);
  EXPECT_EQ(table.bytes_estimated, 99U);
  EXPECT_FALSE(table.on_demand);
  EXPECT_EQ(table.read_units, 5U);
  EXPECT_EQ(table.write_units, 6U);
  ASSERT_EQ(table.indexes.size(), 2U);
  const IndexDescription& global = table.indexes[0];
  EXPECT_TRUE(global.global);
  EXPECT_EQ(global.name, "g");
  EXPECT_EQ(global.status, "CREATING");
  EXPECT_EQ(global.key, (KeySchema{{"b", Type::binary}}));
  EXPECT_EQ(global.projection, "INCLUDE");
  EXPECT_EQ(global.projected, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(global.read_units, 3U);
  EXPECT_EQ(global.write_units, 4U);
  const IndexDescription& local = table.indexes[1];
  EXPECT_FALSE(local.global);
  EXPECT_EQ(local.key, (KeySchema{{"pk", Type::string}, {"b", Type::binary}}));
  EXPECT_EQ(local.projection, "KEYS_ONLY");
}

TEST(TableJson, AnOnDemandTableOfCreateTable) {
  const TableDescription table = parse_table_description(R"({"TableDescription":{
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
    "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},"TableName":"T","TableStatus":"CREATING"}})");
  EXPECT_TRUE(table.on_demand);
  EXPECT_EQ(table.read_units, 0U);
  EXPECT_EQ(table.status, "CREATING");
}

// API reference, "OnDemandThroughput"; -1 is what is left of one that was taken away.
TEST(TableJson, ATableOnDemandAndItsIndexesHaveMaximaOfTheirOwn) {
  const TableDescription table = parse_table_description(R"({"Table":{
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"},{"AttributeName":"a","AttributeType":"S"}],
    "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "OnDemandThroughput":{"MaxReadRequestUnits":1000,"MaxWriteRequestUnits":-1},
    "GlobalSecondaryIndexes":[{"IndexName":"g","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
      "Projection":{"ProjectionType":"ALL"},"OnDemandThroughput":{"MaxWriteRequestUnits":500}}]}})");
  EXPECT_EQ(table.max_read_units, 1'000U);
  EXPECT_EQ(table.max_write_units, 0U);
  EXPECT_EQ(table.indexes.at(0).max_read_units, 0U);
  EXPECT_EQ(table.indexes.at(0).max_write_units, 500U);
  EXPECT_EQ(parse_table_description(provisioned).max_write_units, 0U);
}

TEST(TableJson, SomethingElseIsMalformed) {
  for (const char* json :
       {"{}", "[]", "", R"({"Table":[]})", R"({"Table":{"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})",
        R"({"Table":{"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"M"}]}})"}) {
    try {
      parse_table_description(json);
      FAIL() << json;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "MalformedAnswer") << json;
    }
  }
}

TEST(TableJson, TheRequestForAnOnDemandTable) {
  EXPECT_EQ(create_table_request({.name = "T", .key = {{"id", Type::number}}}),
            R"({"TableName":"T","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
            R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
}

TEST(TableJson, TheRequestForAProvisionedTableWithAnIndex) {
  const TableSpec spec{
      .name = "T",
      .key = {{"pk", Type::string}, {"sk", Type::binary}},
      .indexes = {{.name = "g", .key = {{"sk", Type::binary}, {"x", Type::string}}, .keys_only = true}},
      .read_units = 1,
      .write_units = 2};
  EXPECT_EQ(create_table_request(spec),
            R"({"TableName":"T","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
            R"({"AttributeName":"sk","AttributeType":"B"},{"AttributeName":"x","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
            R"("GlobalSecondaryIndexes":[{"IndexName":"g","KeySchema":[{"AttributeName":"sk","KeyType":"HASH"},)"
            R"({"AttributeName":"x","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"},)"
            R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}],"BillingMode":"PROVISIONED",)"
            R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}})");
}

TEST(TableJson, AnAttributeWithTwoTypesIsRefused) {
  const TableSpec spec{
      .name = "T", .key = {{"pk", Type::string}}, .indexes = {{.name = "g", .key = {{"pk", Type::number}}}}};
  EXPECT_THROW(create_table_request(spec), Error);
}

}  // namespace
}  // namespace drift::client
