// What a plan says of quotas and recovery, by answers that the local server does not give.
#include "support/canned_answers.hpp"
#include "support/migrator_fixture.hpp"

#include <drift/plan.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace drift::testing {
namespace {

class PlanQuotasTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    server_ = std::make_unique<CannedAnswers>(network());
  }
  void TearDown() override {
    MigratorFixture::TearDown();
    server_.reset();
  }

  CannedAnswers& server() { return *server_; }

  // {id, group}, with an index by group. Provisioned where units are given.
  void fill_grouped(std::size_t count, std::uint64_t read_units = 0, std::uint64_t write_units = 0) {
    plain().create_table({.name = table(),
                          .key = {{.name = "id", .type = Type::number}},
                          .indexes = {{.name = "by_group", .key = {{.name = "group", .type = Type::string}}}},
                          .read_units = read_units,
                          .write_units = write_units});
    std::vector<Attributes> puts;
    for (std::size_t i = 0; i < count; ++i) puts.push_back({{"id", i}, {"group", "g" + std::to_string(i)}});
    plain().batch_write(table(), puts);
  }

  Plan look(Callback up, const Rate& write_rate = {}, const Rate& read_rate = {}) {
    PlanOptions options;
    options.run.write_rate = write_rate;
    options.run.read_rate = read_rate;
    return plan(client(), migration(std::move(up)), options);
  }

  static const PlannedQuota* find(const Plan& plan, PlannedBound kind, bool writes, const std::string& index = "") {
    for (const PlannedQuota& quota : plan.quotas) {
      if (quota.kind == kind && quota.writes == writes && quota.index == index) return &quota;
    }
    return nullptr;
  }
  static std::size_t met(const Plan& plan) {
    return static_cast<std::size_t>(
        std::count_if(plan.quotas.begin(), plan.quotas.end(), [](const auto& quota) { return quota.met; }));
  }

 private:
  std::unique_ptr<CannedAnswers> server_;
};

void set_flag(const Item&, Actions& actions) {
  actions.update({.expression = "SET flag = :t", .values = {{":t", true}}});
}

void set_group(const Item&, Actions& actions) {
  actions.update({.expression = "SET #g = :g", .values = {{":g", "done"}}, .names = {{"#g", "group"}}});
}

TEST_F(PlanQuotasTest, RecoveryIsOnOrOffOrNotKnown) {
  fill(1);
  const auto known = [&] { return look(set_flag).tables.at(0).point_in_time_recovery; };
  EXPECT_EQ(known(), std::nullopt) << "the local server does not know the operation";
  server().set_recovery("ENABLED");
  EXPECT_EQ(known(), true);
  server().set_recovery("DISABLED");
  EXPECT_EQ(known(), false);
  server().answer("DescribeContinuousBackups",
                  R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"DISABLED"}})");
  EXPECT_EQ(known(), false);
  for (const char* code : {"AccessDeniedException", "UnknownOperationException", "TableNotFoundException"}) {
    server().refuse("DescribeContinuousBackups", code);
    EXPECT_EQ(known(), std::nullopt) << code;
  }
}

TEST_F(PlanQuotasTest, TheAccountIsAskedOnceAPlan) {
  fill(10);
  make_table(other_table());
  server().set_table_quotas(40'000, 30'000);
  const Plan planned = look([&](const Item& item, Actions& actions) {
    set_flag(item, actions);
    actions.put({{"id", item["id"]}}, other_table());
  });
  EXPECT_EQ(server().asked("DescribeLimits"), 1);
  ASSERT_TRUE(planned.account);
  EXPECT_EQ(planned.account->account_read_units, 80'000U);
  EXPECT_EQ(planned.account->account_write_units, 80'000U);
  EXPECT_EQ(planned.account->table_read_units, 40'000U);
  EXPECT_EQ(planned.account->table_write_units, 30'000U);
  EXPECT_EQ(planned.quotas.size(), 3U) << "of a table's reads and of two tables' writes";
  EXPECT_EQ(met(planned), 0U);

  PlanOptions again;
  again.account = planned.account;
  EXPECT_TRUE(plan(client(), migration(set_flag), again).account);
  EXPECT_EQ(server().asked("DescribeLimits"), 1) << "it was told";
}

TEST_F(PlanQuotasTest, AnAccountThatMayNotBeAskedAboutIsUnknownAndNotAskedAgain) {
  fill(1);
  int times = 0;
  for (const char* code : {"AccessDeniedException", "UnknownOperationException", "ThrottlingException"}) {
    server().refuse("DescribeLimits", code);
    const Plan planned = look(set_flag, Rate::units(1e6));
    EXPECT_FALSE(planned.account) << code;
    EXPECT_TRUE(planned.quotas.empty()) << code;
    EXPECT_EQ(server().asked("DescribeLimits"), ++times) << code;
  }
}

TEST_F(PlanQuotasTest, TheAccountsQuotaHoldsForTablesOnDemand) {
  fill(1'000);
  server().set_table_quotas(40'000, 30'000);
  const Plan planned = look(set_flag, Rate::units(60'000), Rate::units(50'000));
  const PlannedQuota* const writes = find(planned, PlannedBound::account, true);
  ASSERT_NE(writes, nullptr);
  EXPECT_TRUE(writes->met);
  EXPECT_EQ(writes->table, table());
  EXPECT_EQ(writes->units, 30'000);
  EXPECT_EQ(writes->wanted, 60'000);
  EXPECT_DOUBLE_EQ(writes->seconds.value, 1'000.0 / 30'000);
  EXPECT_DOUBLE_EQ(planned.apply_seconds.value, 1'000.0 / 30'000);
  EXPECT_EQ(planned.writes.at(0).bound, PlannedBound::account);
  EXPECT_EQ(planned.writes.at(0).per_second, 30'000);
  EXPECT_EQ(planned.read_bound, PlannedBound::account);
  EXPECT_EQ(planned.read_per_second, 40'000);
  EXPECT_DOUBLE_EQ(planned.scan_seconds.value, planned.read_units.value / 40'000);
}

TEST_F(PlanQuotasTest, ATablesOwnMaximumBoundsItsTime) {
  fill(1'000);
  server().set_table_quotas(40'000, 30'000);
  server().set_maximum(500, 100);
  const auto seconds = [&](const Rate& rate) { return look(set_flag, rate).apply_seconds.value; };
  EXPECT_DOUBLE_EQ(seconds(Rate::units(50)), 20);
  EXPECT_DOUBLE_EQ(seconds(Rate::units(4'000)), 10);
  EXPECT_DOUBLE_EQ(seconds(Rate::share(0.5)), 20) << "of its maximum";
  const Plan planned = look(set_flag);
  EXPECT_DOUBLE_EQ(planned.apply_seconds.value, 10);
  EXPECT_EQ(planned.read_per_second, 500);
  EXPECT_EQ(planned.read_bound, PlannedBound::maximum);
  EXPECT_EQ(planned.tables.at(0).max_read_units, 500U);
  EXPECT_EQ(planned.tables.at(0).max_write_units, 100U);
  ASSERT_NE(find(planned, PlannedBound::maximum, true), nullptr);
  EXPECT_TRUE(find(planned, PlannedBound::maximum, true)->met);
  EXPECT_EQ(find(planned, PlannedBound::maximum, true)->wanted, 4'000) << "as a new table takes";
  EXPECT_FALSE(find(planned, PlannedBound::account, true)->met);
  EXPECT_EQ(met(look(set_flag, Rate::units(50), Rate::units(50))), 0U);
  server().set_maximum(-1, -1);  // as after one was taken away
  EXPECT_EQ(met(look(set_flag)), 0U);
}

TEST_F(PlanQuotasTest, AnIndexHasAMaximumOfItsOwn) {
  fill_grouped(1'000);
  server().set_maximum(0, 100, "by_group");
  const Plan planned = look(set_group, Rate::units(900));
  const PlannedQuota* const of_index = find(planned, PlannedBound::maximum, true, "by_group");
  ASSERT_NE(of_index, nullptr);
  EXPECT_TRUE(of_index->met);
  EXPECT_EQ(of_index->wanted, 600) << "2 of 3 units are the index's";
  EXPECT_DOUBLE_EQ(planned.apply_seconds.value, 20);
  EXPECT_EQ(met(planned), 1U);
  for (const PlannedWrites& writes : planned.writes) {
    EXPECT_EQ(writes.bound, writes.index.empty() ? PlannedBound::rate : PlannedBound::maximum);
    EXPECT_EQ(writes.per_second, writes.index.empty() ? 900 : 100);
  }
}

TEST_F(PlanQuotasTest, WhatIsProvisionedIsMetByAHigherRateAlone) {
  fill_grouped(100, 10, 5);
  server().set_table_quotas(40'000, 30'000);
  const Plan without = look(set_flag);
  EXPECT_EQ(met(without), 0U);
  EXPECT_EQ(without.read_bound, PlannedBound::provisioned);
  EXPECT_DOUBLE_EQ(without.apply_seconds.value, 20);
  EXPECT_EQ(find(without, PlannedBound::account, true), nullptr) << "it bounds what may be provisioned";
  const Plan given = look(set_flag, Rate::units(50), Rate::units(10));
  EXPECT_EQ(met(given), 2U) << "table and index are written at 25 each";
  EXPECT_TRUE(find(given, PlannedBound::provisioned, true)->met);
  EXPECT_TRUE(find(given, PlannedBound::provisioned, true, "by_group")->met);
  EXPECT_FALSE(find(given, PlannedBound::provisioned, false)->met);
  EXPECT_DOUBLE_EQ(given.apply_seconds.value, 20);
  EXPECT_EQ(met(look(set_flag, Rate::units(10))), 0U);
}

TEST_F(PlanQuotasTest, OnePartitionKeyOfAnIndexBoundsItsWrites) {
  fill_grouped(2'000);
  const Plan planned = look(set_group, Rate::units(30'000));
  const PlannedQuota* const partition = find(planned, PlannedBound::partition, true, "by_group");
  ASSERT_NE(partition, nullptr);
  EXPECT_TRUE(partition->met);
  EXPECT_EQ(partition->units, 1'000);
  EXPECT_EQ(partition->key, (Attributes{{"group", "done"}}));
  EXPECT_NEAR(partition->share, 0.5, 0.02) << "the old entries are removed from places of their own";
  EXPECT_NEAR(partition->wanted, 10'000, 400);
  EXPECT_NEAR(planned.apply_seconds.value, 2, 0.1);
  EXPECT_EQ(met(planned), 1U);
  EXPECT_EQ(find(planned, PlannedBound::partition, true), nullptr) << "items of the table are written once each";
  EXPECT_EQ(met(look(set_group, Rate::units(2'000))), 0U) << "a thousand of them go there";
  EXPECT_EQ(met(look(set_flag, Rate::units(30'000))), 0U) << "each entry at its place";
}

TEST_F(PlanQuotasTest, SoDoesOneItemThatAllCallbacksWrite) {
  fill(200);
  make_table(other_table());
  const Callback count = [&](const Item&, Actions& actions) {
    actions.update({.key = {{"id", 1}}, .expression = "ADD n :one", .values = {{":one", 1}}, .table = other_table()});
  };
  const Plan planned = look(count);
  const PlannedQuota* const partition = find(planned, PlannedBound::partition, true);
  ASSERT_NE(partition, nullptr);
  EXPECT_EQ(partition->table, other_table());
  EXPECT_EQ(partition->key, (Attributes{{"id", 1}}));
  EXPECT_DOUBLE_EQ(partition->share, 1);
  EXPECT_EQ(planned.writes.at(0).bound, PlannedBound::partition);
}

}  // namespace
}  // namespace drift::testing
