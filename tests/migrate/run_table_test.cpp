// The run table and the ledger under a lease, on the real server.
#include "migrate/lease_fixture.hpp"
#include "migrate/run_row.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drift::migrate {
namespace {

using testing::error_of;
using namespace std::chrono_literals;

class RunTableTest : public testing::LeaseFixture {
 protected:
  void SetUp() override {
    LeaseFixture::SetUp();
    if (HasFatalFailure()) return;
    holder_ = holder("alpha");
    ASSERT_TRUE(take(*holder_));
  }
  void TearDown() override {
    holder_.reset();
    LeaseFixture::TearDown();
  }

  [[nodiscard]] RunTable table() { return {*client_, meta_table()}; }
  static RunRecord record(const std::string& run_id, const std::string& started) {
    return {.run_id = run_id, .number = number, .direction = "up", .table = "T", .started = started, .phase = "scan"};
  }
  // Somebody else takes the lease: what is done under ours from now on must be refused.
  void lose_lease() {
    client_->update_item(run_table(), lease_key(number),
                         {.text = "ADD #token :one", .values = {{":one", 1}}, .names = {{"#token", "Token"}}});
  }

  std::unique_ptr<LeaseHolder> holder_;
};

// A new member of RunRecord that run_row.cpp does not know is found here: its size changes.
TEST(RunRow, KnowsEveryMember) {
  const Attributes empty = attributes_of({});
  EXPECT_TRUE(empty.empty());
  constexpr std::size_t texts = 16;
  constexpr std::size_t numbers = 17;
  constexpr std::size_t doubles = 2;
  constexpr std::size_t words = 2;  // outcome, restartable: each with its padding
  EXPECT_EQ(sizeof(RunRecord), texts * sizeof(std::string) + (numbers + doubles + words) * 8);
}

TEST(RunRow, UnitsAreKeptAsTheyAre) {
  for (const double units : {0.5, 1e-3, 1234567.5, 1e15, 1.5e22, 0.1}) {
    EXPECT_EQ(record_of(attributes_of({.write_units = units})).write_units, units);
  }
}

TEST_F(RunTableTest, KeepsARunWhole) {
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  run.restartable = true;
  run.ended = "2026-11-23T22:00:00Z";
  run.outcome = Outcome::undone;
  run.actions_done = 12'345'678'901;
  run.write_units = 1234.5;
  RunTable runs = table();
  runs.write(run, holder_->check());
  const auto found = runs.find("run-1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, number);
  EXPECT_EQ(found->phase, "scan");
  EXPECT_EQ(found->started, run.started);
  EXPECT_EQ(found->changed, run.changed);
  EXPECT_FALSE(found->changed.empty());
  EXPECT_TRUE(found->restartable);
  EXPECT_EQ(found->outcome, Outcome::undone);
  EXPECT_EQ(found->actions_done, run.actions_done);
  EXPECT_EQ(found->write_units, run.write_units);
  EXPECT_EQ(found->read_units, 0);
  // All of it: written again it is the same.
  EXPECT_EQ(attributes_of(*found), attributes_of(run));
  EXPECT_FALSE(runs.find("run-2"));
}

TEST_F(RunTableTest, TheHistoryIsNewestFirstAndOfOneMigration) {
  for (const char* day : {"02", "01", "03"}) {
    RunRecord run = record(std::string("run-") + day, std::string("2026-11-") + day + "T00:00:00Z");
    table().write(run, holder_->check());
    RunRecord other = run;
    other.number = number + 1;
    other.run_id += "-other";
    table().write(other, holder_->check());
  }
  std::vector<std::string> ids;
  for (const RunRecord& run : table().history(number)) ids.push_back(run.run_id);
  EXPECT_EQ(ids, (std::vector<std::string>{"run-03", "run-02", "run-01"}));
  EXPECT_EQ(table().history(number + 1).size(), 3U);
  EXPECT_TRUE(table().history(number + 2).empty());
}

TEST_F(RunTableTest, NothingIsWrittenUnderALostLease) {
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  runs.write(run, holder_->check());
  lose_lease();
  run.phase = "apply";
  EXPECT_EQ(error_of([&] { runs.write(run, holder_->check()); }).code(), "LeaseLost");
  EXPECT_EQ(runs.find("run-1")->phase, "scan");
}

TEST_F(RunTableTest, OfRunsThatBeganInOneSecondTheLaterTokenIsNewer) {
  const std::string second = "2026-11-23T21:39:19Z";
  const char* const ids[] = {"b", "a", "c"};
  for (const char* id : ids) {
    RunRecord run = record(id, second);
    table().write(run, holder_->check());
    holder_ = nullptr;
    holder_ = holder("alpha");
    ASSERT_TRUE(take(*holder_));
  }
  const auto history = table().history(number);
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].run_id, "c");
  EXPECT_EQ(history[1].run_id, "a");
  EXPECT_EQ(history[2].run_id, "b");
}

TEST_F(RunTableTest, ARunGoesOnUnderTheNextToken) {
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  RunTable before = table();
  for (const char* phase : {"scan", "apply"}) {
    run.phase = phase;
    before.write(run, holder_->check());
  }
  const TransactAction stale = holder_->check();
  holder_ = nullptr;
  holder_ = holder("beta");
  ASSERT_TRUE(take(*holder_));
  RunTable after = table();
  run = *after.find("run-1");
  run.phase = "record";
  after.write(run, holder_->check());
  EXPECT_EQ(error_of([&] { before.write(run, stale); }).code(), "LeaseLost");
  EXPECT_EQ(table().history(number).size(), 1U);
  EXPECT_EQ(after.find("run-1")->phase, "record");
}

// The server remembers a transaction for ten minutes; what the network delivers later must not undo what came after it.
TEST_F(RunTableTest, AWriteThatArrivesLateDoesNotUndoALaterOne) {
  std::string late;
  network_->before = [&](std::string_view operation, const wire::Request& request) {
    if (operation == "TransactWriteItems" && late.empty()) late = request.body;
    return std::optional<wire::Answer>();
  };
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  runs.write(run, holder_->check());
  run.phase = "apply";
  runs.write(run, holder_->check());
  network_->before = {};
  const std::size_t token = late.rfind("\"ClientRequestToken\":\"") + 22;
  late[token] = late[token] == 'a' ? 'b' : 'a';  // forgotten
  EXPECT_EQ(error_of([&] { client_->call("TransactWriteItems", late); }).code(), "TransactionCanceledException");
  EXPECT_EQ(runs.find("run-1")->phase, "apply");
}

TEST_F(RunTableTest, WritesWhoseAnswersAreLostAreDone) {
  std::atomic<int> lost = 0;
  network_->after = [&](std::string_view operation, wire::Answer answer) {
    return operation == "TransactWriteItems" && lost++ % 2 == 0 ? testing::lost_answer() : std::move(answer);
  };
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  runs.write(run, holder_->check());
  run.phase = "apply";
  runs.write(run, holder_->check());
  Ledger ledger(*client_, meta_table());
  ledger.put({.number = number, .table = "T"}, holder_->check());
  EXPECT_TRUE(ledger.row(number));
  ledger.remove(number, holder_->check());
  EXPECT_FALSE(ledger.row(number));
  network_->after = {};
  EXPECT_EQ(lost, 8);
  EXPECT_EQ(runs.find("run-1")->phase, "apply");
}

TEST_F(RunTableTest, WritesWhoseAnswersAreAllLostAreReadBack) {
  network_->after = [](std::string_view operation, wire::Answer answer) {
    return operation == "TransactWriteItems" ? testing::lost_answer() : std::move(answer);
  };
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  runs.write(run, holder_->check());
  Ledger ledger(*client_, meta_table());
  ledger.put({.number = number, .table = "T", .run_id = "run-1"}, holder_->check());
  ledger.remove(number, holder_->check());
  EXPECT_FALSE(ledger.row(number));
  network_->after = {};
  EXPECT_EQ(runs.find("run-1")->phase, "scan");
}

TEST_F(RunTableTest, WritesThatNeverArriveAreErrorsInDoubt) {
  network_->before = [](std::string_view operation, const wire::Request&) {
    return operation == "TransactWriteItems" ? std::optional(testing::lost_answer()) : std::nullopt;
  };
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  EXPECT_TRUE(error_of([&] { runs.write(run, holder_->check()); }).in_doubt());
  Ledger ledger(*client_, meta_table());
  EXPECT_TRUE(error_of([&] { ledger.put({.number = number, .table = "T"}, holder_->check()); }).in_doubt());
  network_->before = {};
  EXPECT_FALSE(runs.find("run-1"));
  EXPECT_FALSE(ledger.row(number));
}

TEST_F(RunTableTest, RowsOfTheGoLibraryAreReadAndOursHaveItsAttributes) {
  client_->put_item(meta_table(), {{"Number", 1}, {"TableName", "T"}, {"Description", "by Go"}});
  client_->put_item(meta_table(), {{"Number", 2}});
  Ledger ledger(*client_, meta_table());
  ledger.put({.number = 3, .table = "T", .description = "", .table_id = "id-1"}, holder_->check());
  const auto rows = ledger.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].description, "by Go");
  EXPECT_EQ(rows[0].table_id + rows[0].run_id + rows[0].applied_at, "");
  EXPECT_EQ(rows[1].table, "");
  const Attributes expected{{"Number", 3}, {"TableName", "T"}, {"Description", ""}, {"TableId", "id-1"}};
  EXPECT_EQ(*client_->get_item(meta_table(), {{"Number", 3}}), expected);
  ledger.remove(1, holder_->check());
  EXPECT_EQ(ledger.rows().size(), 2U);
}

TEST_F(RunTableTest, NothingElseIsInTheMetadataTable) {
  RunTable runs = table();
  RunRecord run = record("run-1", "2026-11-23T21:39:19Z");
  runs.write(run, holder_->check());
  EXPECT_TRUE(Ledger(*client_, meta_table()).rows().empty());
}

TEST_F(RunTableTest, SaysWhatIsWrongWithTheTable) {
  EXPECT_NO_THROW(table().describe());
  EXPECT_NO_THROW(table().prove_writable());
  RunTable missing(*client_, "no-such-table");
  const Error error = error_of([&] { missing.describe(); });
  EXPECT_EQ(error.code(), "NoRunTable");
  EXPECT_NE(error.next_step().find("Migrator::init()"), std::string::npos);
  const std::string meta = table_name("wrong");
  client_->create_table({.name = meta + ".runs", .key = {{"id", Type::number}}});
  RunTable wrong(*client_, meta);
  EXPECT_EQ(error_of([&] { wrong.describe(); }).code(), "WrongRunTable");
  EXPECT_EQ(error_of([&] { wrong.init({}); }).code(), "WrongRunTable");
  EXPECT_EQ(error_of([&] { RunTable(*client_, std::string(251, 'm')); }).code(), "ConfigError");
  EXPECT_NO_THROW(RunTable(*client_, std::string(250, 'm')));
}

TEST_F(RunTableTest, InitMayBeRepeatedAndMakesBothTables) {
  Ledger ledger(*client_, meta_table());
  EXPECT_NO_THROW(ledger.init({}));
  EXPECT_NO_THROW(ledger.describe());
  EXPECT_NO_THROW(table().describe());
}

TEST_F(RunTableTest, TheLedgerIsWrittenOnlyUnderTheLease) {
  Ledger ledger(*client_, meta_table());
  const AppliedMigration applied{.number = number,
                                 .table = "T",
                                 .description = "count",
                                 .table_id = "id-1",
                                 .applied_at = "2026-11-23T21:39:19Z",
                                 .run_id = "run-1"};
  ledger.put(applied, holder_->check());
  const auto row = ledger.row(number);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->table_id, "id-1");
  EXPECT_EQ(row->applied_at, applied.applied_at);
  EXPECT_EQ(row->run_id, "run-1");
  lose_lease();
  EXPECT_EQ(error_of([&] { ledger.remove(number, holder_->check()); }).code(), "LeaseLost");
  EXPECT_TRUE(ledger.row(number));
  EXPECT_EQ(error_of([&] { ledger.put({.number = 8}, holder_->check()); }).code(), "LeaseLost");
  EXPECT_FALSE(ledger.row(8));
}

}  // namespace
}  // namespace drift::migrate
