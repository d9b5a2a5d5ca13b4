// The waiters of tables, where a table takes its time.
#include "client/error_of.hpp"
#include "client/memory_client_fixture.hpp"

#include <atomic>
#include <deque>

namespace drift::testing {
namespace {

using namespace std::chrono_literals;

class ClientWaiters : public MemoryClientFixture {
 protected:
  // What DescribeTable says, one after the other; the last for ever. Empty: no such table.
  void serve_statuses(std::deque<std::string> statuses) {
    serve([statuses = std::make_shared<std::deque<std::string>>(std::move(statuses))](
              std::string_view operation, const std::string&) -> wire::Answer {
      if (operation != "DescribeTable") return ok(describe("T", "CREATING"));
      const std::string status = statuses->front();
      if (statuses->size() > 1) statuses->pop_front();
      return status.empty() ? wire::Answer(refused("ResourceNotFoundException", "Requested resource not found"))
                            : ok(describe("T", status));
    });
  }

  // The same of an active table with two indexes, for the second one's status.
  void serve_index_statuses(std::deque<std::string> statuses) {
    serve([statuses = std::make_shared<std::deque<std::string>>(std::move(statuses))](std::string_view operation,
                                                                                      const std::string&) {
      if (operation != "DescribeTable") return ok("{}");
      const std::string status = statuses->front();
      if (statuses->size() > 1) statuses->pop_front();
      return ok(R"({"Table":{"TableName":"T","TableStatus":"ACTIVE","GlobalSecondaryIndexes":[)"
                R"({"IndexName":"first","IndexStatus":"ACTIVE"},{"IndexName":"second","IndexStatus":")" +
                status + R"("}]}})");
    });
  }
};

TEST_F(ClientWaiters, CreateTableReturnsWhenItIsActive) {
  // Just after its creation the table may not be visible.
  serve_statuses({"", "", "CREATING", "CREATING", "ACTIVE"});
  EXPECT_EQ(client_->create_table({.name = "T", .key = {{"id", Type::number}}}).status, "ACTIVE");
  EXPECT_EQ(count_of("DescribeTable"), 5U);
  EXPECT_EQ(count_of("CreateTable"), 1U);
}

TEST_F(ClientWaiters, UpdateTableReturnsWhenItIsActive) {
  serve_statuses({"UPDATING", "ACTIVE"});
  EXPECT_EQ(client_->update_table("T", 5, 5).status, "ACTIVE");
}

TEST_F(ClientWaiters, DeleteTableReturnsWhenItIsGone) {
  serve_statuses({"DELETING", "DELETING", ""});
  client_->delete_table("T");
  EXPECT_EQ(count_of("DescribeTable"), 3U);
}

TEST_F(ClientWaiters, AnActiveTableIsWaitedForUntilItsIndexesAreActiveToo) {
  serve_index_statuses({"CREATING", "CREATING", "ACTIVE"});
  EXPECT_EQ(client_->wait_until_active("T").indexes.at(1).status, "ACTIVE");
  EXPECT_EQ(count_of("DescribeTable"), 3U);
  serve_index_statuses({"UPDATING", "ACTIVE"});
  client_->update_table("T", 5, 5);
  EXPECT_EQ(count_of("DescribeTable"), 2U);
}

TEST_F(ClientWaiters, AnIndexWithoutAStatusOrOneThatGoesAwayIsNotWaitedFor) {
  for (const char* status : {"", "DELETING"}) {
    serve_index_statuses({status});
    client_->wait_until_active("T");
    EXPECT_EQ(count_of("DescribeTable"), 1U) << status;
  }
}

TEST_F(ClientWaiters, AWaitForAnIndexEndsWithItsTimeoutAndNamesIt) {
  serve_index_statuses({"CREATING"});
  const Error error = error_of([&] { client_->wait_until_active("T", 90s); });
  EXPECT_EQ(error.code(), "TimedOut");
  EXPECT_EQ(error.message(), "Table T still has index second CREATING after 90 s.");
}

TEST_F(ClientWaiters, AWaitEndsWithItsTimeout) {
  serve_statuses({"CREATING"});
  const auto begun = transport_->loop().clock().steady();
  const Error error = error_of([&] { client_->wait_until_active("T", 90s); });
  EXPECT_EQ(error.code(), "TimedOut");
  EXPECT_EQ(error.table(), "T");
  EXPECT_EQ(error.message(), "Table T is still CREATING after 90 s.");
  const auto waited = transport_->loop().clock().steady() - begun;
  EXPECT_GE(waited, 90s);
  EXPECT_LT(waited, 92s);
  EXPECT_LT(count_of("DescribeTable"), 100U) << "it asks less and less often";
}

TEST_F(ClientWaiters, AWaitForTheEndEndsWithItsTimeoutToo) {
  serve_statuses({"DELETING"});
  EXPECT_EQ(error_of([&] { client_->wait_until_gone("T", 5s); }).code(), "TimedOut");
}

TEST_F(ClientWaiters, ATableThatIsNotThereIsNotWaitedFor) {
  serve_statuses({""});
  EXPECT_EQ(error_of([&] { client_->wait_until_active("T"); }).code(), "ResourceNotFoundException");
  EXPECT_EQ(count_of("DescribeTable"), 1U);
}

TEST_F(ClientWaiters, ListTablesFollowsAllPages) {
  serve([](std::string_view, const std::string& body) -> wire::Answer {
    if (body == "{}") return ok(R"({"TableNames":["a","b"],"LastEvaluatedTableName":"b"})");
    if (body == R"({"ExclusiveStartTableName":"b"})") return ok(R"({"TableNames":["c"]})");
    return refused("ValidationException");
  });
  EXPECT_EQ(client_->list_tables(), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace drift::testing
