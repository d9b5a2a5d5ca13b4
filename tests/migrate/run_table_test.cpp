// The run table and the ledger under a lease, on the real server.
#include "migrate/lease_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
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
