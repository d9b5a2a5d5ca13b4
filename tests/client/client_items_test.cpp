// The item operations on the real local server.
#include "client/local_client_fixture.hpp"

#include <drift/json.hpp>

#include <thread>
#include <vector>

namespace drift::testing {
namespace {

class ClientItems : public LocalClientFixture {};

// Every type, at its edges.
Attributes full_item(std::int64_t id) {
  return {{"id", id},
          {"text", "G\xC3\xBCnther \"quoted\"\n\xE2\x82\xAC"},
          {"number", Number::parse("-12345678901234567890123456789012345678E-20")},
          {"binary", Value::binary({0, 255, 10})},
          {"yes", true},
          {"nothing", nullptr},
          {"list", List{1, "two", List{nullptr}}},
          {"map", Attributes{{"a.b", Attributes{{"c", false}}}}},
          {"strings", Value::string_set({"b", "a"})},
          {"numbers", Value::number_set({2, Number::parse("0.1")})},
          {"binaries", Value::binary_set({{1}, {2, 3}})}};
}

TEST_F(ClientItems, WhatIsPutIsGot) {
  const std::string table = make_table();
  EXPECT_EQ(client_->put_item(table, full_item(1)), Attributes());
  EXPECT_EQ(client_->get_item(table, {{"id", 1}}), full_item(1));
  EXPECT_EQ(client_->get_item(table, {{"id", 2}}), std::nullopt);
}

TEST_F(ClientItems, AGetOfSomeAttributes) {
  const std::string table = make_table();
  client_->put_item(table, full_item(1));
  const auto item = client_->get_item(
      table, {{"id", 1}}, {.projection = "#y, #m.#ab", .names = {{"#y", "yes"}, {"#m", "map"}, {"#ab", "a.b"}}});
  EXPECT_EQ(item, (Attributes{{"yes", true}, {"map", Attributes{{"a.b", Attributes{{"c", false}}}}}}));
}

TEST_F(ClientItems, WritesReturnWhatIsAskedFor) {
  const std::string table = make_table();
  const Attributes key{{"id", 1}};
  client_->put_item(table, {{"id", 1}, {"n", 1}});
  EXPECT_EQ(client_->put_item(table, {{"id", 1}, {"n", 2}, {"m", 5}}, {.return_values = ReturnValues::all_old}),
            (Attributes{{"id", 1}, {"n", 1}}));
  const Expression add{.text = "ADD n :one", .values = {{":one", 1}}};
  EXPECT_EQ(client_->update_item(table, key, add, {.return_values = ReturnValues::updated_new}),
            (Attributes{{"n", 3}}));
  EXPECT_EQ(client_->update_item(table, key, add, {.return_values = ReturnValues::updated_old}),
            (Attributes{{"n", 3}}));
  EXPECT_EQ(client_->update_item(table, key, add, {.return_values = ReturnValues::all_new}),
            (Attributes{{"id", 1}, {"n", 5}, {"m", 5}}));
  EXPECT_EQ(client_->update_item(table, key, add), Attributes());
  EXPECT_EQ(client_->delete_item(table, key, {.return_values = ReturnValues::all_old}),
            (Attributes{{"id", 1}, {"n", 6}, {"m", 5}}));
  EXPECT_EQ(client_->get_item(table, key), std::nullopt);
}

TEST_F(ClientItems, ConditionsThatDoNotHoldAreErrorsWithTableAndKey) {
  const std::string table = make_table();
  const WriteOptions missing{.condition = {.text = "attribute_not_exists(id)"}};
  client_->put_item(table, {{"id", 1}}, missing);
  EXPECT_EQ(error_of([&] {
              client_->put_item(table, {{"id", 1}}, missing);
            }).code(),
            "ConditionalCheckFailedException");
  const WriteOptions equal{.condition = {.text = "#n = :v", .values = {{":v", 9}}, .names = {{"#n", "n"}}}};
  const Error error = error_of([&] {
    client_->update_item(table, {{"id", 1}}, {.text = "SET #m = :one", .values = {{":one", 1}}, .names = {{"#m", "m"}}},
                         equal);
  });
  EXPECT_EQ(error.code(), "ConditionalCheckFailedException");
  EXPECT_EQ(error.table(), table);
  EXPECT_EQ(error.key(), (Attributes{{"id", 1}}));
  EXPECT_FALSE(error.request_id().empty());
  EXPECT_FALSE(error.in_doubt());
  EXPECT_EQ(error_of([&] {
              client_->delete_item(table, {{"id", 1}}, equal);
            }).code(),
            "ConditionalCheckFailedException");
}

TEST_F(ClientItems, AnUpdateAndItsConditionMayShareAPlaceholderButNotForTwoThings) {
  const std::string table = make_table();
  client_->put_item(table, {{"id", 1}, {"n", 1}});
  const Expression update{.text = "SET n = n + :v", .values = {{":v", 1}}};
  client_->update_item(table, {{"id", 1}}, update, {.condition = {.text = "n = :v", .values = {{":v", 1}}}});
  EXPECT_EQ(client_->get_item(table, {{"id", 1}})->at("n"), Value(2));
  const Error error = error_of([&] {
    client_->update_item(table, {{"id", 1}}, update, {.condition = {.text = "n = :v", .values = {{":v", 2}}}});
  });
  EXPECT_EQ(error.code(), "ValidationException");
  EXPECT_NE(error.message().find(":v"), std::string::npos);
}

TEST_F(ClientItems, BatchesWriteAndReadMoreThanOneRequestTakes) {
  const std::string table = make_table();
  std::vector<Attributes> puts;
  std::vector<Attributes> keys;
  for (int id = 0; id < 230; ++id) {
    puts.push_back(full_item(id));
    keys.push_back({{"id", id}});
  }
  client_->batch_write(table, puts);
  EXPECT_EQ(client_->batch_get(table, keys).size(), 230U);
  client_->batch_write(table, {{{"id", 1'000}}}, keys);
  keys.push_back({{"id", 1'000}});
  EXPECT_EQ(client_->batch_get(table, keys), (std::vector<Attributes>{{{"id", 1'000}}}));
}

TEST_F(ClientItems, ATransactionIsAllOrNothing) {
  const std::string table = make_table();
  using Kind = TransactAction::Kind;
  client_->batch_write(table, {{{"id", 1}, {"n", 1}}, {{"id", 2}}, {{"id", 3}}});
  std::vector<TransactAction> actions{
      {.kind = Kind::put, .table = table, .item = {{"id", 4}}, .condition = "attribute_not_exists(id)"},
      {.kind = Kind::update,
       .table = table,
       .item = {{"id", 1}},
       .expression = "SET #n = #n + :one",
       .values = {{":one", 1}},
       .names = {{"#n", "n"}}},
      {.kind = Kind::remove, .table = table, .item = {{"id", 2}}},
      {.kind = Kind::check, .table = table, .item = {{"id", 3}}, .condition = "attribute_exists(id)"},
  };
  client_->transact_write(actions);
  EXPECT_EQ(client_->get_item(table, {{"id", 1}})->at("n"), Value(2));
  EXPECT_TRUE(client_->get_item(table, {{"id", 4}}));
  EXPECT_FALSE(client_->get_item(table, {{"id", 2}}));
  // The put is refused this time, and with it all else.
  const Error error = error_of([&] { client_->transact_write(actions); });
  EXPECT_EQ(error.code(), "TransactionCanceledException");
  EXPECT_TRUE(error.message().starts_with("Action 1 of 4 (Put) cancelled the transaction: ConditionalCheckFailed"))
      << error.message();
  EXPECT_EQ(error.table(), table);
  EXPECT_FALSE(error.in_doubt());
  EXPECT_EQ(client_->get_item(table, {{"id", 1}})->at("n"), Value(2));
}

TEST_F(ClientItems, ATransactionWithTheSameTokenIsExecutedOnce) {
  const std::string table = make_table();
  client_->put_item(table, {{"id", 1}, {"n", 1}});
  const std::vector<TransactAction> actions{{.kind = TransactAction::Kind::update,
                                             .table = table,
                                             .item = {{"id", 1}},
                                             .expression = "ADD n :one",
                                             .values = {{":one", 1}}}};
  client_->transact_write(actions, "the-token-of-this-test");
  client_->transact_write(actions, "the-token-of-this-test");
  EXPECT_EQ(client_->get_item(table, {{"id", 1}})->at("n"), Value(2));
}

TEST_F(ClientItems, AnyOperationCanBeCalledByItsName) {
  const std::string table = make_table();
  client_->put_item(table, {{"id", 1}, {"n", 1}});
  const std::string answer = client_->call("GetItem", R"({"TableName":")" + table + R"(","Key":{"id":{"N":"1"}}})");
  EXPECT_NE(answer.find(R"("n":{"N":"1"})"), std::string::npos);
  EXPECT_EQ(error_of([&] { client_->call("GetItem", R"({"TableName":")" + table + R"(","Key":{}})"); }).table(), table);
  for (const char* name : {"", "Get Item", "GetItem\r\nx-evil: 1"}) {
    EXPECT_EQ(error_of([&] { client_->call(name, "{}"); }).code(), "ValidationException") << name;
  }
}

TEST_F(ClientItems, ATableThatIsNotThereIsNamedWithRegionAndEndpoint) {
  const Error error = error_of([&] { client_->get_item("NoSuchTable", {{"id", 1}}); });
  EXPECT_EQ(error.code(), "ResourceNotFoundException");
  EXPECT_EQ(error.message(), "Table NoSuchTable does not exist in region us-east-1 (" + endpoint() + ").");
}

TEST_F(ClientItems, ManyThreadsShareOneClient) {
  const std::string table = make_table();
  client_->put_item(table, {{"id", 0}, {"n", 0}});
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 25; ++i) {
          client_->update_item(table, {{"id", 0}}, {.text = "ADD n :one", .values = {{":one", 1}}});
          client_->put_item(table, {{"id", 1 + thread * 25 + i}});
        }
      });
    }
  }
  EXPECT_EQ(client_->get_item(table, {{"id", 0}})->at("n"), Value(200));
  int count = 0;
  for (const Item& item : client_->scan(table)) count += item.contains("id") ? 1 : 0;
  EXPECT_EQ(count, 201);
}

}  // namespace
}  // namespace drift::testing
