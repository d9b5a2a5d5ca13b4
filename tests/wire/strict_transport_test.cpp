// What the strict transport refuses, by the request, and that all else passes untouched.
#include "support/strict_transport.hpp"

#include "support/manual_loop.hpp"
#include "support/memory_transport.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace drift::testing {
namespace {

class StrictTransportTest : public ::testing::Test {
 protected:
  // What comes back, in a word: "passed", or the message of the refusal.
  std::string send(const std::string& operation, std::string body) {
    wire::Request request;
    request.headers =
        "x-amz-target: DynamoDB_20120810." + operation + "\r\nauthorization: AWS4-HMAC-SHA256 Credential=fake\r\n";
    request.body = std::move(body);
    return send(std::move(request));
  }

  std::string send(wire::Request request) {
    std::string result = "no answer";
    strict.send(std::move(request), [&](const wire::Answer& answer) {
      const auto& response = std::get<wire::Response>(answer);
      result = response.status == 200 ? "passed" : response.body;
    });
    loop.run_posted();
    return result;
  }

  void know_table() {
    inner->script(ok(R"({"Table":{"TableName":"T12","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},)"
                     R"({"AttributeName":"s","KeyType":"RANGE"}],"AttributeDefinitions":[)"
                     R"({"AttributeName":"s","AttributeType":"N"},{"AttributeName":"p","AttributeType":"S"}]}})"));
    EXPECT_EQ(send("DescribeTable", R"({"TableName":"T12"})"), "passed");
  }

  void expect_refused(const std::string& operation, const std::string& body, const std::string& words) {
    const auto answer = send(operation, body);
    EXPECT_NE(answer.find("ValidationException"), std::string::npos) << operation << " " << body << "\n" << answer;
    EXPECT_NE(answer.find(words), std::string::npos) << operation << " " << body << "\n" << answer;
  }

  void expect_passes(const std::string& operation, const std::string& body) {
    EXPECT_EQ(send(operation, body), "passed") << operation << " " << body;
  }

  // UpdateItem with these further members.
  static std::string update(const std::string& members) {
    return R"({"TableName":"T12","Key":{"p":{"S":"x"},"s":{"N":"1"}},)" + members + "}";
  }

  static std::string condition(const std::string& text, const std::string& values) {
    return update(R"("UpdateExpression":"REMOVE a","ConditionExpression":")" + text +
                  R"(","ExpressionAttributeValues":{)" + values + "}");
  }

  // "<before>0<after>", "<before>1<after>", ..., joined.
  static std::string repeat(std::size_t count, const std::string& before, const std::string& after,
                            const std::string& between) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text.append(i == 0 ? "" : between).append(before).append(std::to_string(i)).append(after);
    return text;
  }

  ManualLoop loop;
  std::shared_ptr<MemoryTransport> inner = std::make_shared<MemoryTransport>(loop);
  StrictTransport strict{inner};
};

TEST_F(StrictTransportTest, PassesWhatAwsTakes) {
  know_table();
  expect_passes("ListTables", "{}");
  expect_passes("GetItem", R"({"TableName":"T12","Key":{"p":{"S":"x"},"s":{"N":"1"}},"ConsistentRead":true})");
  expect_passes("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"},"s":{"N":"1"}},"ReturnValues":"ALL_OLD"})");
  expect_passes("UpdateItem", update(R"j("UpdateExpression":"SET #n = :v, b = if_not_exists(b, :v)",
      "ConditionExpression":"attribute_exists(p) AND size(c) < :v","ExpressionAttributeNames":{"#n":"name"},
      "ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD")j"));
  expect_passes("Scan", R"({"TableName":"T12","Segment":3,"TotalSegments":4,"ProjectionExpression":"a, b.c[0]"})");
  expect_passes("Query", R"({"TableName":"T12","KeyConditionExpression":"p = :p AND s BETWEEN :a AND :b",
      "ExpressionAttributeValues":{":p":{"S":"x"},":a":{"N":"1"},":b":{"N":"2"}}})");
  EXPECT_TRUE(strict.refusals().empty());
  EXPECT_EQ(inner->request_count(), 7U);
}

TEST_F(StrictTransportTest, RefusedRequestsDoNotReachTheServer) {
  expect_refused("PutItem", R"({"TableName":"T12"})", "Item");
  EXPECT_EQ(inner->request_count(), 0U);
  ASSERT_EQ(strict.refusals().size(), 1U);
  EXPECT_TRUE(strict.refusals()[0].starts_with("PutItem: ValidationException: "));
}

TEST_F(StrictTransportTest, RefusesTooManyOperatorsAndOperands) {
  const auto ors = [&](std::size_t count) {
    std::string text = "b = :v";
    for (std::size_t i = 1; i < count; ++i) text += " OR b = :v";
    return condition(text, R"(":v":{"N":"1"})");
  };
  expect_passes("UpdateItem", ors(150));  // 150 comparisons, 149 OR
  expect_refused("UpdateItem", ors(151), "300");
  const auto in = [&](std::size_t count) {
    return condition("b IN (" + repeat(count, ":v", "", ", ") + ")", repeat(count, "\":v", R"(":{"N":"1"})", ","));
  };
  expect_passes("UpdateItem", in(100));
  expect_refused("UpdateItem", in(101), "100");
}

TEST_F(StrictTransportTest, RefusesNamesThatMustBeEscaped) {
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE _hidden")"), "_hidden");
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE status")"), "reserved");
  expect_refused("Scan", R"({"TableName":"T12","ProjectionExpression":"a, size"})", "reserved");
  expect_refused("Scan", R"j({"TableName":"T12","FilterExpression":"attribute_exists(_a)"})j", "_a");
}

TEST_F(StrictTransportTest, RefusesUnusedAndMissingPlaceholders) {
  const std::string remove = R"("UpdateExpression":"REMOVE a")";
  expect_refused("UpdateItem", update(remove + R"(,"ExpressionAttributeNames":{"#n":"n"})"), "unused in expressions");
  expect_refused("UpdateItem", update(remove + R"(,"ExpressionAttributeValues":{":v":{"N":"1"}})"), "unused");
  expect_refused("UpdateItem", update(remove + R"(,"ExpressionAttributeValues":{})"), "must not be empty");
  expect_refused("UpdateItem", update(remove + R"(,"ExpressionAttributeNames":{})"), "must not be empty");
  expect_refused("UpdateItem", update(R"("UpdateExpression":"SET a = :v")"), ":v");
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE #n")"), "#n");
  expect_refused("UpdateItem", update(R"("ExpressionAttributeNames":{"#n":"n"})"), "only be specified when");
  expect_refused("UpdateItem", update(remove + R"(,"ExpressionAttributeNames":{"n":"n"})"), "invalid key");
  expect_refused("Scan", R"({"TableName":"T12","ExpressionAttributeValues":{":v":{"N":"1"}}})",
                 "only be specified when");
}

TEST_F(StrictTransportTest, RefusesWrongExpressions) {
  know_table();
  expect_refused("UpdateItem", update(R"("UpdateExpression":"SET a = ")"), "UpdateExpression");
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE a, a.b")"), "overlap");
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE s")"), "key");
  expect_refused("Scan", R"({"TableName":"T12","ProjectionExpression":"a, a.b"})", "overlap");
  const std::string long_name(4'200, 'a');
  expect_refused("UpdateItem", update(R"("UpdateExpression":"REMOVE )" + long_name + "\""), "");
}

TEST_F(StrictTransportTest, RefusesItemsAndKeysThatDoNotFit) {
  know_table();
  const std::string large(409'600, 'x');
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"},"s":{"N":"1"},"a":{"S":")" + large + R"("}}})",
                 "maximum allowed size");
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"}}})", "s");
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":""},"s":{"N":"1"}}})", "");
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"},"s":{"S":"1"}}})", "");
  expect_refused("GetItem", R"({"TableName":"T12","Key":{"p":{"S":"x"}}})", "does not match the schema");
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"},"s":{"N":"1"},"a":{"SS":["a","a"]}}})", "");
  expect_refused("PutItem", R"({"TableName":"a","Item":{}})", "table name");
  expect_refused("PutItem", R"({"TableName":"T12","Item":{"p":{"S":"x"},"s":{"N":"1"}},"ReturnValues":"ALL_NEW"})",
                 "ReturnValues");
}

TEST_F(StrictTransportTest, RefusesBatchesThatAreTooLargeOrHaveAnItemTwice) {
  know_table();
  const auto batch = [&](const std::string& writes) { return R"({"RequestItems":{"T12":[)" + writes + "]}}"; };
  const auto puts = [&](std::size_t count) {
    return repeat(count, R"({"PutRequest":{"Item":{"p":{"S":"x"},"s":{"N":")", R"("}}}})", ",");
  };
  const std::string remove_zero = R"({"DeleteRequest":{"Key":{"p":{"S":"x"},"s":{"N":"0.0"}}}})";
  expect_passes("BatchWriteItem", batch(puts(25)));
  expect_refused("BatchWriteItem", batch(puts(26)), "Too many items");
  expect_refused("BatchWriteItem", batch(puts(1) + "," + remove_zero), "duplicates");  // 0 and 0.0 are one number
  expect_refused("BatchWriteItem", batch(""), "empty");
  const auto get = [&](std::size_t count) {
    return R"({"RequestItems":{"T12":{"Keys":[)" + repeat(count, R"({"p":{"S":"x"},"s":{"N":")", R"("}})", ",") +
           "]}}}";
  };
  expect_passes("BatchGetItem", get(100));
  expect_refused("BatchGetItem", get(101), "Too many items");
  expect_refused("BatchGetItem",
                 R"({"RequestItems":{"T12":{"Keys":[{"p":{"S":"x"},"s":{"N":"1"}},)"
                 R"({"s":{"N":"1.0"},"p":{"S":"x"}}]}}})",
                 "duplicates");
}

TEST_F(StrictTransportTest, RefusesTransactionsThatAwsRefuses) {
  const auto transaction = [](const std::string& actions) { return R"({"TransactItems":[)" + actions + "]}"; };
  const auto puts = [&](std::size_t count) {
    return repeat(count, R"({"Put":{"TableName":"T12","Item":{"p":{"S":"x"},"s":{"N":")", R"("}}}})", ",");
  };
  know_table();
  expect_passes("TransactWriteItems", transaction(puts(100)));
  expect_refused("TransactWriteItems", transaction(puts(101)), "100");
  expect_refused("TransactWriteItems", transaction(""), "1");
  expect_refused("TransactWriteItems", transaction(puts(1) + "," + puts(1)), "multiple operations on one item");
  const std::string check = R"({"ConditionCheck":{"TableName":"T12","Key":{"p":{"S":"x"},"s":{"N":"1"}}}})";
  expect_refused("TransactWriteItems", transaction(check), "ConditionCheck has no expression");
  expect_refused("TransactWriteItems", transaction("{}"), "one of");
  const std::string large(307'200, 'x');
  const auto larger =
      repeat(14, R"({"Put":{"TableName":"T12","Item":{"a":{"S":")" + large + R"("},"p":{"S":"x"},"s":{"N":")",
             R"("}}}})", ",");
  expect_refused("TransactWriteItems", transaction(larger), "4 MB");
}

TEST_F(StrictTransportTest, RefusesWrongSegmentsAndLimits) {
  expect_refused("Scan", R"({"TableName":"T12","Segment":4,"TotalSegments":4})", "Segment");
  expect_refused("Scan", R"({"TableName":"T12","Segment":0})", "together");
  expect_refused("Scan", R"({"TableName":"T12","Limit":0})", "limit");
}

TEST_F(StrictTransportTest, RefusesATableWithUnusedAttributes) {
  expect_refused("CreateTable", R"({"TableName":"T12","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
      "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"q","AttributeType":"S"}]})",
                 "AttributeDefinitions");
}

TEST_F(StrictTransportTest, RefusesWhatIsNotJsonOrNotSigned) {
  EXPECT_NE(send("PutItem", "{").find("SerializationException"), std::string::npos);
  wire::Request request;
  request.headers = "x-amz-target: DynamoDB_20120810.ListTables\r\n";
  EXPECT_NE(send(request).find("MissingAuthenticationTokenException"), std::string::npos);
  request.headers = "x-aws-ec2-metadata-token: x\r\n";  // another service's
  EXPECT_EQ(send(request), "passed");
}

}  // namespace
}  // namespace drift::testing
