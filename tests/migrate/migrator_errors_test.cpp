// What a run does when something fails: callbacks that throw, actions that are refused, answers that are lost. Nothing
// is recorded as applied that is not, and what can be gone on with can.
#include "client/core.hpp"
#include "support/migrator_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

namespace drift::testing {
namespace {

class MigratorErrorsTest : public MigratorFixture {
 protected:
  // A migration whose callback queues something that cannot be: one error, nothing written.
  void expect_refused_when_queued(const std::function<void(const Item&, Actions&)>& up, const std::string& code,
                                  const std::string& part_of_message) {
    const Report report = run([&](const Item& item, Actions& actions) {
      count_up(item, actions);
      if (item["id"] == Value(0)) up(item, actions);
    });
    EXPECT_EQ(report.outcome, Outcome::failed);
    ASSERT_EQ(report.errors.size(), 1U) << errors_of(report);
    EXPECT_EQ(report.errors[0].code(), code) << errors_of(report);
    EXPECT_NE(std::string(report.errors[0].what()).find(part_of_message), std::string::npos) << errors_of(report);
    EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 0}}));
    EXPECT_FALSE(report.errors[0].next_step().empty());
    EXPECT_EQ(count_where("n", 0), 3U) << "something was written";
    EXPECT_TRUE(migrator().applied().empty());
  }
};

TEST_F(MigratorErrorsTest, AppliesNothingWhenACallbackThrowsAndReportsEveryError) {
  fill(100);
  const Report report = run([](const Item& item, Actions& actions) {
    count_up(item, actions);
    if (item["id"].as_int64() % 10 == 3) throw std::runtime_error("no good");
  });
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.errors_total, 10U);
  EXPECT_EQ(report.callback_errors, 10U);
  EXPECT_EQ(report.callbacks_done, 90U);
  for (const Error& error : report.errors) {
    EXPECT_EQ(error.code(), "CallbackFailed");
    EXPECT_EQ(error.table(), table());
    EXPECT_EQ(error.key().at("id").as_int64() % 10, 3);
    EXPECT_NE(std::string(error.what()).find("no good"), std::string::npos);
  }
  EXPECT_EQ(count_where("n", 0), 100U);
  EXPECT_TRUE(migrator().applied().empty());
  EXPECT_TRUE(journals().empty());
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 100U);
}

TEST_F(MigratorErrorsTest, EndsAtTheFirstErrorWhereAskedTo) {
  fill(500);
  std::atomic<int> calls = 0;
  const Report report = run(
      [&](const Item&, Actions&) {
        ++calls;
        throw std::runtime_error("no good");
      },
      {.concurrency = 4, .fail_on_first_error = true});
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_LE(calls, 4);
  EXPECT_TRUE(migrator().applied().empty());
}

TEST_F(MigratorErrorsTest, KeepsAThousandErrorsAndCountsTheRest) {
  fill(1'200);
  const Report report = run([](const Item&, Actions&) { throw 42; });
  EXPECT_EQ(report.errors.size(), 1'000U);
  EXPECT_EQ(report.errors_total, 1'200U);
}

TEST_F(MigratorErrorsTest, ACallbackThatThrowsQueuesNothing) {
  fill(3);
  make_table(other_table());
  run([&](const Item& item, Actions& actions) {
    actions.put({{"id", item["id"]}}, other_table());
    throw std::runtime_error("after it queued");
  });
  EXPECT_TRUE(items(other_table()).empty());
}

TEST_F(MigratorErrorsTest, RefusesImpossibleActionsWhenTheyAreQueued) {
  fill(3);
  const std::string validation = "ValidationException";
  expect_refused_when_queued([](const Item&, Actions& a) { a.update({.expression = "SET x = :v"}); }, validation, ":v");
  expect_refused_when_queued(
      [](const Item&, Actions& a) {
        a.update({.expression = "REMOVE x", .values = {{":unused", 1}}});
      },
      validation, ":unused");
  expect_refused_when_queued([](const Item&, Actions& a) { a.update({.expression = "SET SET"}); }, validation, "SET");
  expect_refused_when_queued([](const Item&, Actions& a) { a.update({}); }, validation, "expression");
  expect_refused_when_queued(
      [](const Item&, Actions& a) {
        a.update({.expression = "SET id = :v", .values = {{":v", 1}}});
      },
      validation, "id");
  expect_refused_when_queued([](const Item&, Actions& a) { a.put({{"name", "no key"}}); }, validation, "id");
  expect_refused_when_queued([](const Item&, Actions& a) { a.put({{"id", "a string"}}); }, validation, "id");
  expect_refused_when_queued(
      [](const Item&, Actions& a) {
        a.put({{"id", 7}, {"big", std::string(410'000, 'x')}});
      },
      validation, "409,600");
  expect_refused_when_queued([](const Item&, Actions& a) { a.remove(Attributes{}); }, validation, "key");
  expect_refused_when_queued([](const Item&, Actions& a) { a.remove({{"id", 1}, {"more", 2}}); }, validation, "key");
  expect_refused_when_queued(
      [](const Item&, Actions& a) {
        a.put({{"id", 1}}, "no-such-table");
      },
      "ResourceNotFoundException", "no-such-table");
}

TEST_F(MigratorErrorsTest, GoesOnWithOtherItemsWhenAnActionFailsAndTriesItAgainLater) {
  fill(60);
  client().update_item(table(), {{"id", 7}}, {.text = "SET n = :s", .values = {{":s", "not a number"}}});
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 7}}));
  EXPECT_EQ(report.errors[0].code(), "ValidationException");
  EXPECT_EQ(report.actions_done, 59U);
  EXPECT_EQ(report.journal, journals().at(0).string());
  EXPECT_TRUE(migrator().applied().empty());

  client().update_item(table(), {{"id", 7}}, {.text = "SET n = :n", .values = {{":n", 0}}});
  std::atomic<int> called = 0;
  const Report again = run([&](const Item& item, Actions& actions) {
    ++called;
    count_up(item, actions);
  });
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(called, 1) << "the scan was over: only the item that was mended is another one now";
  EXPECT_EQ(again.conflicts_resolved, 1U);
  EXPECT_EQ(again.run_id, report.run_id);
  EXPECT_EQ(count_where("n", 1), 60U);
}

TEST_F(MigratorErrorsTest, HoldsBackLaterActionsOnAnItemWhoseActionFailed) {
  fill(20);
  client().update_item(table(), {{"id", 7}}, {.text = "SET n = :s", .values = {{":s", "not a number"}}});
  const auto twice = [](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}, .guard = Guard::exists});
    actions.update({.expression = "SET after_it = :t", .values = {{":t", true}}, .guard = Guard::exists});
  };
  const Report report = run(twice);
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_FALSE(items().at(7).contains("after_it"));
  EXPECT_EQ(count_where("after_it", true), 19U);
}

TEST_F(MigratorErrorsTest, InsertsWhereThereIsNothingAndNeverReplaces) {
  fill(3);
  make_table(other_table());
  client().put_item(other_table(), {{"id", 1}, {"kind", "copy"}});       // equal: as good as inserted
  client().put_item(other_table(), {{"id", 2}, {"kind", "different"}});  // must stay
  const Report report = run([&](const Item& item, Actions& actions) {
    actions.insert({{"id", item["id"]}, {"kind", "copy"}}, other_table());
  });
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ItemExists");
  EXPECT_EQ(report.actions_done, 2U);
  const auto others = items(other_table());
  EXPECT_EQ(others.at(0).at("kind"), Value("copy"));
  EXPECT_EQ(others.at(2).at("kind"), Value("different"));
}

TEST_F(MigratorErrorsTest, CountsWhatACallersConditionSkips) {
  fill(10);
  const Report report = run([](const Item&, Actions& actions) {
    actions.update({.expression = "SET n = :v",
                    .values = {{":v", 5}, {":limit", 4}},
                    .names = {{"#id", "id"}},
                    .condition = "#id < :limit"});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.skipped, 6U);
  EXPECT_EQ(report.actions_done, 4U);
  EXPECT_EQ(count_where("n", 5), 4U);
}

TEST_F(MigratorErrorsTest, PutsAndRemoves) {
  fill(10);
  const Report report = run([&](const Item& item, Actions& actions) {
    const std::int64_t id = item["id"].as_int64();
    if (id < 3) actions.remove();
    if (id == 3) actions.remove({{"id", 9}});
    if (id == 4) actions.put({{"id", 4}, {"new", true}}, "", {.condition = "attribute_exists(n)"});
    if (id == 5) actions.put({{"id", 5}}, "", {.condition = "attribute_not_exists(#n)", .names = {{"#n", "n"}}});
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.skipped, 1U);
  const auto left = items();
  EXPECT_EQ(left.size(), 6U);
  EXPECT_FALSE(left.contains(9));
  EXPECT_EQ(left.at(4), (Attributes{{"id", 4}, {"new", true}}));
  EXPECT_TRUE(left.at(5).contains("n"));
}

TEST_F(MigratorErrorsTest, LosesNothingWhenTheTableThrottles) {
  fill(200);
  // Every write of the first moment is refused, and each third scan.
  std::atomic<int> scans = 0;
  std::atomic<bool> over = false;
  std::optional<base::SteadyTime> first_write;
  network().before = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation == "Scan" && scans++ % 3 == 0) return refusal(400, "ProvisionedThroughputExceededException");
    if (request.body.find(":one") == std::string::npos || over) return std::nullopt;
    const auto now = base::machine_clock().steady();
    if (!first_write) first_write = now;
    over = now - *first_write > std::chrono::milliseconds(100);
    return refusal(400, "ProvisionedThroughputExceededException");
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GT(report.throttled, 1U);
  EXPECT_EQ(count_where("n", 1), 200U);
}

TEST_F(MigratorErrorsTest, EndsWithoutAWayToTheServerAndGoesOnLater) {
  fill(300);
  std::atomic<int> writes = 0;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find(":one") == std::string::npos || ++writes < 100) return std::nullopt;
    return wire::Failure{.kind = wire::Failure::Kind::connect, .message = "refused, by the test"};
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ConnectionFailed");

  network().before = {};
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 300U);
}

TEST_F(MigratorErrorsTest, FindsOutWhetherAWriteWhoseAnswerWasLostWasExecuted) {
  fill(30);
  std::atomic<int> lost = 0;
  network().after = [&](std::string_view operation, wire::Answer answer) {
    const bool drop = operation == "UpdateItem" && std::holds_alternative<wire::Response>(answer) &&
                      std::get<wire::Response>(answer).status == 200 && lost++ == 10;
    return drop ? lost_answer() : std::move(answer);
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.in_doubt_applied, 1U);
  EXPECT_EQ(report.in_doubt_not_applied, 0U);
  EXPECT_EQ(report.actions_done, 30U);
  EXPECT_EQ(count_where("n", 1), 30U);
}

TEST_F(MigratorErrorsTest, FindsOutWhetherTheLedgersRowWasWritten) {
  fill(5);
  std::atomic<int> transactions = 0;
  network().after = [&](std::string_view operation, wire::Answer answer) {
    // Those of the run's row and the ledger's: every second answer is lost.
    return operation == "TransactWriteItems" && ++transactions % 2 == 1 ? lost_answer() : std::move(answer);
  };
  const Report report = run(count_up);
  EXPECT_GT(transactions, 4);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(migrator().applied().size(), 1U);
}

TEST_F(MigratorErrorsTest, LostAnswersToWhatIsHarmlessToRepeatDoNotEndTheRun) {
  fill(5);
  std::atomic<int> probes = 0;
  std::atomic<int> removals = 0;
  std::atomic<bool> is_probe = false;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    is_probe = request.body.find("drift_permission_check") != std::string::npos;
    return std::nullopt;
  };
  network().after = [&](std::string_view operation, wire::Answer answer) {
    const bool lost = (is_probe && probes++ % 2 == 0) || (operation == "BatchWriteItem" && removals++ == 0);
    return lost ? lost_answer() : std::move(answer);
  };
  const Report report = run(count_up, {.guard = Guard::exists});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GT(probes, 2);
  EXPECT_GT(removals, 1);
  EXPECT_EQ(count_where("n", 1), 5U);
}

TEST_F(MigratorErrorsTest, RecordsOnceTheLedgerCanBeWrittenAgain) {
  fill(5);
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find("\"AppliedAt\"") == std::string::npos) return std::nullopt;
    return refusal(400, "AccessDeniedException");
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_TRUE(migrator().applied().empty());

  network().before = {};
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 5U);
}

TEST_F(MigratorErrorsTest, WithinTheBudgetTheOthersGoOnAndTheFailedOnesAreTriedAgain) {
  fill(50);
  std::atomic<bool> mended = false;
  std::atomic<int> called = 0;
  const auto fails_thrice = [&](const Item& item, Actions& actions) {
    ++called;
    if (!mended && item["id"].as_int64() % 20 == 0) throw std::runtime_error("no");
    count_up(item, actions);
  };
  const Report over = run(fails_thrice, {.max_errors = 2});
  EXPECT_EQ(over.outcome, Outcome::failed);
  EXPECT_EQ(count_where("n", 1), 0U);

  const Report within = run(fails_thrice, {.max_errors = 3});
  EXPECT_EQ(within.outcome, Outcome::failed);
  EXPECT_EQ(within.callback_errors, 3U);
  EXPECT_EQ(count_where("n", 1), 47U);
  EXPECT_TRUE(migrator().applied().empty());

  mended = true;
  called = 0;
  const Report again = run(fails_thrice, {.max_errors = 3});
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(called, 3) << "what failed is tried again, nothing else";
  EXPECT_EQ(count_where("n", 1), 50U);
}

TEST_F(MigratorErrorsTest, ExpiredItemsArePassedOverWhereAskedFor) {
  fill(10);
  plain().call("UpdateTimeToLive", R"({"TableName":")" + table() +
                                       R"(","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}})");
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(plain().core().loop().clock().system().time_since_epoch())
          .count();
  const auto expires = [&](int id, const Value& when) {
    plain().update_item(table(), {{"id", id}},
                        {.text = "SET #t = :t", .values = {{":t", when}}, .names = {{"#t", "ttl"}}});
  };
  expires(1, Value(now - 10));
  expires(2, Value(now + 1'000));
  expires(3, Value("soon"));
  const Report report = run(count_up, {.skip_expired = true});
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(items().at(1).at("n"), Value(0));
  EXPECT_EQ(count_where("n", 1), 9U);
}

TEST_F(MigratorErrorsTest, AGuardThatDoesNotFitIsAnErrorThatNamesTheWayOut) {
  fill(1);
  Attributes wide{{"id", 7}};
  for (int i = 0; i < 200; ++i) wide.emplace("attribute" + std::to_string(i), i);
  plain().put_item(table(), wide);
  const Report report = run([](const Item&, Actions& actions) { actions.remove(); });
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ValidationException");
  EXPECT_NE(report.errors[0].next_step().find("Guard::exists"), std::string::npos);
  EXPECT_EQ(items().size(), 2U);
}

TEST_F(MigratorErrorsTest, WhatEveryRequestWouldMeetEndsTheRunAndNothingIsLost) {
  fill(300);
  std::atomic<int> writes = 0;
  network().before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find(":one") == std::string::npos || ++writes < 100) return std::nullopt;
    return refusal(400, "AccessDeniedException");
  };
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_LT(writes, 250);
  network().before = {};
  EXPECT_EQ(run(count_up).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 300U);
}

}  // namespace
}  // namespace drift::testing
