// Plans, on the real local server: what a plan says is what a run then does, what would fail is found before, and
// nothing but reads is sent.
#include <drift/plan.hpp>

#include "client/core.hpp"
#include "support/memory_transport.hpp"
#include "support/migrator_fixture.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <stop_token>

namespace drift::testing {
namespace {

class PlanTest : public MigratorFixture {
 protected:
  Plan look(Callback up, const PlanOptions& options = {}) { return plan(client(), migration(std::move(up)), options); }

  // {id, n, text} with an index by n with everything, and one by text with keys only.
  void fill_indexed(std::size_t count) {
    plain().create_table(
        {.name = table(),
         .key = {{.name = "id", .type = Type::number}},
         .indexes = {{.name = "by_n", .key = {{.name = "n", .type = Type::number}}},
                     {.name = "by_text", .key = {{.name = "text", .type = Type::string}}, .keys_only = true}}});
    std::vector<Attributes> puts;
    for (std::size_t i = 0; i < count; ++i) {
      puts.push_back({{"id", i}, {"n", i}, {"text", "t" + std::to_string(i)}, {"pad", std::string(i * 20, 'x')}});
    }
    plain().batch_write(table(), puts);
  }

  static std::uint64_t seen(const Plan& plan, const std::string& table, const std::string& action) {
    for (const PlannedActions& actions : plan.actions) {
      if (actions.table == table && actions.action == action) return actions.seen;
    }
    return 0;
  }
  static std::string only_problem(const Plan& plan) {
    EXPECT_EQ(plan.problems_total, 1U);
    return plan.problems.empty() ? "" : plan.problems[0].what;
  }
};

void set_flag(const Item&, Actions& actions) {
  actions.update({.expression = "SET flag = :t", .values = {{":t", true}}});
}

TEST_F(PlanTest, SaysWhatTheRunThenDoes) {
  fill_indexed(200);
  const Callback up = [](const Item& item, Actions& actions) {
    if (item["id"].as_int64() % 2 == 0) return;
    actions.update({.expression = "SET n = :n REMOVE #t", .values = {{":n", 5}}, .names = {{"#t", "text"}}});
    if (item["id"] == Value(7)) actions.insert({{"id", 1'000}, {"n", 1}});
  };
  const Plan planned = look(up);
  EXPECT_TRUE(planned.is_clean());
  EXPECT_EQ(planned.items, 200U);
  EXPECT_EQ(planned.matched, 100U);
  EXPECT_EQ(seen(planned, table(), "update"), 100U);
  EXPECT_EQ(seen(planned, table(), "insert"), 1U);

  const Report report = run(up);
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.actions_done, 101U);
  EXPECT_DOUBLE_EQ(planned.read_units.value, report.read_units);
  EXPECT_NEAR(planned.cost.value, report.cost, report.cost / 20);
}

TEST_F(PlanTest, CountsTheWritesOfIndexes) {
  fill_indexed(100);
  const Plan planned = look([](const Item& item, Actions& actions) {
    const std::string expression = item["id"].as_int64() < 50 ? "SET n = n + :one" : "SET flag = :one";
    actions.update({.expression = expression, .values = {{":one", 1}}});
  });
  const auto units = [&](const std::string& index) {
    for (const PlannedWrites& writes : planned.writes) {
      if (writes.index == index) return writes.write_units.value;
    }
    return 0.0;
  };
  // Items of up to 2 KB: those above 50 have 1,000 bytes and more.
  EXPECT_EQ(units("by_n"), 50 * 2 + (units("") - 50)) << "a changed key is two writes; all is projected";
  EXPECT_EQ(units("by_text"), 0) << "keys only, and they stay";
  EXPECT_DOUBLE_EQ(planned.write_units.value, units("") + units("by_n"));
}

TEST_F(PlanTest, CountsMarkersAndTransactions) {
  fill(10);
  const Callback up = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::none});
  };
  const Plan planned = look(up);
  EXPECT_EQ(planned.marker_units.value, 30);
  EXPECT_EQ(planned.write_units.value, 50);
  const Report report = run(up);
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.write_units, 40) << "without the removal of the markers";
  EXPECT_EQ(look(count_up).marker_units.value, 0) << "guarded";
}

TEST_F(PlanTest, WritesNothing) {
  fill(50);
  make_table(other_table());
  std::mutex mutex;
  std::set<std::string> operations;
  network().before = [&](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    const std::scoped_lock lock(mutex);
    operations.emplace(operation);
    return std::nullopt;
  };
  const Plan planned = look([&](const Item& item, Actions& actions) {
    actions.put({{"id", item["id"]}}, other_table());
    actions.remove();
  });
  EXPECT_EQ(seen(planned, other_table(), "put"), 50U);
  EXPECT_EQ(seen(planned, table(), "remove"), 50U);
  EXPECT_EQ(operations, (std::set<std::string>{"DescribeContinuousBackups", "DescribeLimits", "DescribeTable",
                                               "DescribeTimeToLive", "Scan"}));
  EXPECT_EQ(items().size(), 50U);
  EXPECT_TRUE(items(other_table()).empty());
}

TEST_F(PlanTest, ACallbackThatWritesIsAnErrorThatNamesIt) {
  fill(3);
  const Plan planned = look([&](const Item& item, Actions& actions) {
    if (item["id"] == Value(1)) actions.client().put_item(table(), {{"id", 99}});
    set_flag(item, actions);
  });
  EXPECT_FALSE(planned.is_clean());
  EXPECT_EQ(planned.errors_total, 1U);
  EXPECT_EQ(planned.errors.at(0).code(), "ReadOnly");
  EXPECT_EQ(planned.errors.at(0).key(), (Attributes{{"id", 1}}));
  EXPECT_NE(planned.errors.at(0).message().find("`up`"), std::string::npos);
  EXPECT_NE(planned.errors.at(0).message().find("PutItem"), std::string::npos);
  EXPECT_EQ(planned.matched, 2U);
  EXPECT_EQ(items().size(), 3U);
}

// The run would write there.
TEST_F(PlanTest, ACallbackThatKeepsARefusedWriteToItselfIsAnErrorToo) {
  fill(3);
  const Plan planned = look([&](const Item& item, Actions& actions) {
    try {
      if (item["id"] == Value(1)) actions.client().put_item(table(), {{"id", 99}});
      if (item["id"] == Value(2)) {
        Client later(actions.client().core().given_up_at({}));
        later.delete_item(table(), {{"id", 99}});
      }
    } catch (const Error&) {
      return;
    }
    set_flag(item, actions);
  });
  EXPECT_FALSE(planned.is_clean());
  EXPECT_EQ(planned.errors_total, 2U);
  for (const Error& error : planned.errors) {
    EXPECT_EQ(error.code(), "ReadOnly");
    EXPECT_NE(error.message().find("`up` makes a write of its own"), std::string::npos) << error.message();
  }
  EXPECT_EQ(planned.matched, 1U);
}

TEST_F(PlanTest, ACallbackMayRead) {
  fill(3);
  const Plan planned = look([&](const Item& item, Actions& actions) {
    if (actions.client().get_item(table(), item.key())) set_flag(item, actions);
  });
  EXPECT_TRUE(planned.is_clean());
  EXPECT_EQ(planned.matched, 3U);
}

TEST_F(PlanTest, WhatCouldNeverSucceedIsAnErrorOfItsCallback) {
  fill(2);
  const Plan planned = look([](const Item&, Actions& actions) {
    actions.update({.expression = "SET id = :x", .values = {{":x", 5}}});
  });
  EXPECT_EQ(planned.errors_total, 2U);
  EXPECT_EQ(planned.matched, 0U);
}

TEST_F(PlanTest, FindsItemsThatWouldBeTooLarge) {
  fill(3, 300'000);
  const Plan planned = look([](const Item& item, Actions& actions) {
    const std::size_t more = item["id"] == Value(2) ? 150'000 : 50'000;
    actions.update({.expression = "SET extra = :e", .values = {{":e", std::string(more, 'y')}}});
  });
  EXPECT_NE(only_problem(planned).find("409600"), std::string::npos);
  EXPECT_EQ(planned.problems.at(0).key, (Attributes{{"id", 2}}));
  EXPECT_FALSE(planned.is_clean());
}

TEST_F(PlanTest, FindsIndexKeysOfAWrongType) {
  fill_indexed(3);
  const auto set_n = [](const Value& value) -> Callback {
    return [value](const Item& item, Actions& actions) {
      if (item["id"] == Value(1)) actions.update({.expression = "SET n = :v", .values = {{":v", value}}});
    };
  };
  EXPECT_NE(only_problem(look(set_n("five"))).find("by_n, which takes N, and would be S"), std::string::npos);
  EXPECT_EQ(look(set_n(5)).problems_total, 0U);
  const Plan emptied = look([](const Item& item, Actions& actions) {
    if (item["id"] == Value(1)) {
      actions.update({.expression = "SET #t = :v", .values = {{":v", ""}}, .names = {{"#t", "text"}}});
    }
  });
  EXPECT_NE(only_problem(emptied).find("empty"), std::string::npos);
  EXPECT_EQ(run(set_n("five")).outcome, Outcome::failed) << "as the server has it";
}

TEST_F(PlanTest, FindsOperandsThatTheItemDoesNotHave) {
  fill(2);
  const Plan planned = look([](const Item& item, Actions& actions) {
    if (item["id"] == Value(0)) actions.update({.expression = "SET x = nowhere + :one", .values = {{":one", 1}}});
  });
  EXPECT_NE(only_problem(planned).find("nowhere"), std::string::npos);
}

TEST_F(PlanTest, FollowsTheActionsOfOneCallback) {
  fill(1);
  make_table(other_table());
  const Plan planned = look([&](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = :n", .values = {{":n", 5}}});
    actions.update({.expression = "SET n = n + :n", .values = {{":n", 2}}});
    actions.insert({{"id", 50}, {"a", 1}}, other_table());
    actions.update(
        {.key = {{"id", 50}}, .expression = "SET a = a + :n", .values = {{":n", 1}}, .table = other_table()});
  });
  EXPECT_TRUE(planned.is_clean());
  EXPECT_FALSE(planned.writes_at_least);
  ASSERT_EQ(planned.differences.size(), 2U);
  for (const PlannedDifference& difference : planned.differences) {
    if (difference.table == table()) {
      EXPECT_EQ(difference.before->at("n"), Value(0));
      EXPECT_EQ(difference.after->at("n"), Value(7));
    } else {
      EXPECT_FALSE(difference.before);
      EXPECT_EQ(*difference.after, (Attributes{{"id", 50}, {"a", 2}}));
    }
  }
}

TEST_F(PlanTest, AConditionThatDoesNotHoldChangesNothing) {
  fill(4);
  const Plan planned = look([](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = :n", .values = {{":n", 5}, {":z", 1}}, .condition = "n = :z"});
  });
  EXPECT_TRUE(planned.is_clean());
  EXPECT_TRUE(planned.differences.empty());
}

TEST_F(PlanTest, OfOtherItemsItKnowsOnlyTheLeast) {
  fill(1);
  make_table(other_table());
  const Plan planned = look([&](const Item&, Actions& actions) {
    actions.update({.key = {{"id", 3}}, .expression = "SET a = b + :n", .values = {{":n", 1}}, .table = other_table()});
  });
  EXPECT_TRUE(planned.is_clean()) << "it may have a b";
  EXPECT_TRUE(planned.writes_at_least);
}

TEST_F(PlanTest, ASampleIsScaledUpWithItsRange) {
  fill(4'000);
  const Callback up = [](const Item& item, Actions& actions) {
    if (item["id"].as_int64() % 4 == 0) set_flag(item, actions);
  };
  const Plan planned = look(up, {.sample = 600});
  EXPECT_TRUE(planned.sampled);
  EXPECT_LT(planned.items, 700U);
  EXPECT_EQ(planned.items_estimated, 4'000U);
  EXPECT_LT(planned.matched_estimate.low, planned.matched_estimate.value);
  EXPECT_GT(planned.matched_estimate.high, planned.matched_estimate.value);
  EXPECT_NEAR(planned.matched_estimate.value, 1'000, 300);
  EXPECT_NEAR(planned.write_units.value, 1'000, 300);
  EXPECT_EQ(planned.differences.size(), 3U);
  const Plan whole = look(up);
  EXPECT_EQ(whole.matched_estimate.low, 1'000);
  EXPECT_EQ(whole.matched_estimate.high, 1'000);
  EXPECT_NEAR(planned.read_units.value, whole.read_units.value, whole.read_units.value / 5);
}

TEST_F(PlanTest, TimeIsByTheRatesThatAreGiven) {
  fill(100);
  PlanOptions options;
  options.run.read_rate = Rate::units(1'000);
  options.run.write_rate = Rate::units(10);
  const Plan planned = look(set_flag, options);
  EXPECT_DOUBLE_EQ(planned.apply_seconds.value, 10);
  EXPECT_DOUBLE_EQ(planned.scan_seconds.value, planned.read_units.value / 1'000);
  EXPECT_DOUBLE_EQ(planned.seconds.value, planned.apply_seconds.value + planned.scan_seconds.value);
  options.run.apply = Apply::streaming;
  EXPECT_DOUBLE_EQ(look(set_flag, options).seconds.value, 10);
  EXPECT_DOUBLE_EQ(look(set_flag).apply_seconds.value, 100.0 / 4'000) << "as a table on demand takes";
}

TEST_F(PlanTest, StreamingRefusesWhatItsRunWould) {
  fill(2);
  PlanOptions options;
  options.run.apply = Apply::streaming;
  const Callback up = [](const Item&, Actions& actions) { actions.put({{"id", 77}}); };
  EXPECT_EQ(look(up, options).errors_total, 2U);
  EXPECT_EQ(look(up).errors_total, 0U);
}

TEST_F(PlanTest, TheJournalIsAboutAsLargeAsItSays) {
  fill(3'000, 100);
  const auto journal_of = [&](const Callback& up, double& planned) {
    planned = look(up).journal_bytes.value;
    const Report report = migrator().run(migration(up), {.allow_applied = true});
    EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    return static_cast<double>(std::filesystem::file_size(report.journal));
  };
  double planned = 0;
  double size = journal_of(set_flag, planned);
  EXPECT_GT(size, planned / 2);
  EXPECT_LT(size, planned * 2);
  size = journal_of([](const Item& item, Actions& actions) { actions.put(item.attributes()); }, planned);
  EXPECT_GT(size, planned / 2);
  EXPECT_LT(size, planned * 2);
}

TEST_F(PlanTest, WhatMayNotBeReadIsUnknownAndNoError) {
  fill(1);
  network().before = [](std::string_view operation, const wire::Request&) -> std::optional<wire::Answer> {
    if (operation != "DescribeContinuousBackups" && operation != "DescribeTimeToLive") return std::nullopt;
    return refusal(400, "AccessDeniedException");
  };
  const Plan planned = look(set_flag);
  ASSERT_EQ(planned.tables.size(), 1U);
  EXPECT_EQ(planned.tables[0].name, table());
  EXPECT_FALSE(planned.tables[0].point_in_time_recovery);
  EXPECT_FALSE(planned.tables[0].ttl_attribute);
  EXPECT_EQ(planned.tables[0].stream, "");
}

TEST_F(PlanTest, SaysWhatItIsToldOfTheTable) {
  fill(1);
  network().after = [](std::string_view operation, wire::Answer answer) {
    auto& response = std::get<wire::Response>(answer);
    if (operation == "DescribeContinuousBackups") {
      return wire::Answer(ok(R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",)"
                             R"("PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED"}}})"));
    }
    if (operation == "DescribeTimeToLive") {
      return wire::Answer(ok(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}})"));
    }
    return wire::Answer(std::move(response));
  };
  const Plan planned = look(set_flag);
  EXPECT_EQ(planned.tables.at(0).point_in_time_recovery, true);
  EXPECT_EQ(planned.tables.at(0).ttl_attribute, "expires");
}

TEST_F(PlanTest, AStoppedOneIsNotComplete) {
  fill(500);
  std::stop_source stop;
  PlanOptions options;
  options.run.stop = stop.get_token();
  options.run.segments = 10;
  const Plan planned = look(
      [&](const Item& item, Actions& actions) {
        set_flag(item, actions);
        if (item["id"] == Value(3)) stop.request_stop();
      },
      options);
  EXPECT_FALSE(planned.complete);
}

TEST_F(PlanTest, ACallbackThatGivesUpBecauseOfTheStopIsNoError) {
  fill(5);
  std::stop_source stop;
  PlanOptions options;
  options.run.stop = stop.get_token();
  const Plan planned = look(
      [&](const Item&, Actions&) {
        stop.request_stop();
        throw Error("Cancelled", "given up");
      },
      options);
  EXPECT_FALSE(planned.complete);
  EXPECT_EQ(planned.errors_total, 0U);
}

TEST_F(PlanTest, NeedsACallbackAndOptionsWithinTheirRanges) {
  fill(1);
  const auto code = [&](Callback up, std::size_t concurrency) {
    PlanOptions options;
    options.run.concurrency = concurrency;
    try {
      look(std::move(up), options);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  EXPECT_EQ(code({}, 1), "ConfigError");
  EXPECT_EQ(code(set_flag, 0), "ConfigError");
  EXPECT_EQ(code(set_flag, 1), "none");
}

}  // namespace
}  // namespace drift::testing
