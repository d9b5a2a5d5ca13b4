// The table operations on the real local server.
#include "client/local_client_fixture.hpp"

#include <algorithm>

namespace drift::testing {
namespace {

class ClientTables : public LocalClientFixture {};

TEST_F(ClientTables, OnDemand) {
  const std::string table = table_name();
  const TableDescription created =
      client_->create_table({.name = table, .key = {{"pk", Type::string}, {"sk", Type::binary}}});
  EXPECT_EQ(created.name, table);
  EXPECT_EQ(created.status, "ACTIVE");
  EXPECT_TRUE(created.on_demand);
  EXPECT_EQ(created.key, (KeySchema{{"pk", Type::string}, {"sk", Type::binary}}));
  EXPECT_FALSE(created.arn.empty());
  const TableDescription described = client_->describe_table(table);
  EXPECT_EQ(described.key, created.key);
  EXPECT_EQ(described.id, created.id);
}

TEST_F(ClientTables, ProvisionedWithAnIndexAndThenOnDemand) {
  const std::string table = table_name();
  client_->create_table({.name = table,
                         .key = {{"id", Type::number}},
                         .indexes = {{.name = "by_kind", .key = {{"kind", Type::string}}, .keys_only = true}},
                         .read_units = 5,
                         .write_units = 6});
  TableDescription described = client_->describe_table(table);
  EXPECT_FALSE(described.on_demand);
  EXPECT_EQ(described.read_units, 5U);
  EXPECT_EQ(described.write_units, 6U);
  ASSERT_EQ(described.indexes.size(), 1U);
  EXPECT_EQ(described.indexes[0].name, "by_kind");
  EXPECT_EQ(described.indexes[0].projection, "KEYS_ONLY");
  EXPECT_TRUE(described.indexes[0].global);
  EXPECT_EQ(client_->update_table(table, 7, 8).write_units, 8U);
  described = client_->update_table(table, 0, 0);
  EXPECT_TRUE(described.on_demand);
}

TEST_F(ClientTables, ATableIsCreatedAndDeletedOnce) {
  const std::string table = make_table();
  EXPECT_EQ(error_of([&] { make_table(); }).code(), "ResourceInUseException");
  client_->delete_table(table);
  EXPECT_EQ(error_of([&] { client_->delete_table(table); }).code(), "ResourceNotFoundException");
  client_->wait_until_gone(table);
}

TEST_F(ClientTables, AreListed) {
  const std::string table = make_table();
  const auto names = client_->list_tables();
  EXPECT_EQ(std::count(names.begin(), names.end(), table), 1);
}

TEST_F(ClientTables, TheClientKnowsWhereItIs) {
  EXPECT_EQ(client_->region(), "us-east-1");
  EXPECT_EQ(client_->endpoint(), endpoint());
}

}  // namespace
}  // namespace drift::testing
