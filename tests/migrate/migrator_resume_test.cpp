// Runs that are stopped, and how they go on: nothing is called back or sent twice, and nothing is recorded as applied
// before it is.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <stop_token>

namespace drift::testing {
namespace {

class MigratorResumeTest : public MigratorFixture {};

TEST_F(MigratorResumeTest, ARunStoppedBeforeItBeginsDoesNothing) {
  fill(5);
  std::stop_source stop;
  stop.request_stop();
  Progress last;
  const RunOptions options{.on_progress = [&](const Progress& progress) { last = progress; }, .stop = stop.get_token()};
  const Report report = run(count_up, options);
  EXPECT_EQ(report.outcome, Outcome::stopped);
  EXPECT_EQ(last.phase, Phase::finished);
  EXPECT_EQ(count_where("n", 0), 5U);
  EXPECT_TRUE(migrator().applied().empty());
}

TEST_F(MigratorResumeTest, AScanThatIsStoppedGoesOnBehindItsLastCommittedPage) {
  fill(150, 30'000);  // five pages
  std::mutex mutex;
  std::map<Number, int> calls;
  const auto counted = [&](const Item& item, Actions& actions) {
    count_up(item, actions);
    const std::scoped_lock lock(mutex);
    ++calls[item["id"].as_number()];
  };
  std::stop_source stop;
  const auto stopping = [&](const Item& item, Actions& actions) {
    counted(item, actions);
    const std::scoped_lock lock(mutex);
    if (calls.size() == 100) stop.request_stop();
  };
  const Report report = run(stopping, {.concurrency = 2, .stop = stop.get_token()});
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_LT(report.items_scanned, 150U);
  EXPECT_GT(report.items_scanned, 0U);
  EXPECT_EQ(count_where("n", 0), 150U);
  EXPECT_TRUE(migrator().applied().empty());
  ASSERT_EQ(journals().size(), 1U);
  EXPECT_EQ(report.journal, journals()[0].string());

  const Report again = run(counted);
  ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.run_id, report.run_id);
  EXPECT_EQ(again.items_scanned, 150U);
  EXPECT_EQ(again.actions_done, 150U);
  EXPECT_EQ(calls.size(), 150U);
  std::size_t twice = 0;
  for (const auto& [id, count] : calls) twice += count > 1 ? 1 : 0;
  EXPECT_LE(twice, 150U - report.items_scanned) << "a committed page was called back again";
  EXPECT_EQ(count_where("n", 1), 150U);
  EXPECT_TRUE(journals().empty());
}

// As one does that waits for something, and is told of the stop.
[[noreturn]] void give_up() { throw Error("Cancelled", "given up"); }

class MigratorGiveUpTest : public MigratorResumeTest {
 protected:
  void stop_and_go_on(Apply apply) {
    fill(150, 30'000);  // five pages
    std::stop_source stop;
    std::atomic<int> calls = 0;
    const auto giving_up = [&](const Item& item, Actions& actions) {
      if (++calls == 100) stop.request_stop();
      if (calls >= 100) give_up();
      count_up(item, actions);
    };
    const Report report = run(giving_up, {.concurrency = 2, .stop = stop.get_token(), .apply = apply});
    ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
    EXPECT_EQ(report.errors_total, 0U) << errors_of(report);
    EXPECT_LT(report.items_scanned, 150U);
    const Report again = run(count_up, {.apply = apply});
    ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
    EXPECT_EQ(again.actions_done, 150U);
    EXPECT_EQ(count_where("n", 1), 150U);
  }
};

TEST_F(MigratorGiveUpTest, CallbacksThatGiveUpBecauseOfTheStopAreCalledAgain) { stop_and_go_on(Apply::after_scan); }

TEST_F(MigratorGiveUpTest, SoTheyAreWhileActionsAreExecuted) { stop_and_go_on(Apply::streaming); }

TEST_F(MigratorGiveUpTest, OneThatGivesUpWithoutAStopHasFailed) {
  fill(1);
  const Report report = run([](const Item&, Actions&) { give_up(); });
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.errors.at(0).code(), "Cancelled");
}

// It is called again because the application was first, and gives up then.
TEST_F(MigratorGiveUpTest, ACallAgainThatGivesUpBecauseOfTheStopIsMadeByTheNextRun) {
  fill(20);
  network().before = [this, done = std::make_shared<std::atomic<bool>>(false)](
                         std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find("n + :one") != std::string::npos && !done->exchange(true)) {
      for (int id = 0; id < 20; ++id)
        plain().update_item(table(), {{"id", id}}, {.text = "SET n = :x", .values = {{":x", 77}}});
    }
    return std::nullopt;
  };
  std::stop_source stop;
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        if (item["n"] == Value(77)) {
          stop.request_stop();
          give_up();
        }
        count_up(item, actions);
      },
      {.stop = stop.get_token()});
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_EQ(report.errors_total, 0U) << errors_of(report);
  network().before = {};
  const Report again = run(count_up);
  ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(count_where("n", 78), 20U);
}

TEST_F(MigratorResumeTest, ActionsThatAreStoppedGoOnWhereTheyWere) {
  fill(1'000);
  int round = 0;
  Report report;
  std::uint64_t done_before = 0;
  do {
    report = run(count_up, {.stop = stop_at_update(200)});
    EXPECT_GE(report.actions_done, done_before);
    done_before = report.actions_done;
    if (report.outcome == Outcome::stopped) {
      EXPECT_TRUE(migrator().applied().empty());
    }
  } while (report.outcome == Outcome::stopped && ++round < 20);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_GE(round, 3);
  EXPECT_EQ(count_where("n", 1), 1'000U);
}

TEST_F(MigratorResumeTest, AnUndoThatIsStoppedGoesOnAsWell) {
  fill(500);
  const Migration both = migration(count_up, [](const Item&, Actions& actions) {
    actions.update({.expression = "ADD n :less", .values = {{":less", -1}}});
  });
  ASSERT_TRUE(migrator().run(both).ok());
  const Report report = migrator().undo(both, {.stop = stop_at_update(200)});
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_EQ(migrator().applied().size(), 1U);
  // The other direction has to wait.
  const Report forth = migrator().run(both, {.allow_applied = true});
  EXPECT_EQ(forth.outcome, Outcome::refused);
  EXPECT_EQ(forth.errors.at(0).code(), "OtherRun");

  EXPECT_EQ(migrator().undo(both).outcome, Outcome::undone);
  EXPECT_EQ(count_where("n", 0), 500U);
  EXPECT_TRUE(migrator().applied().empty());
}

TEST_F(MigratorResumeTest, DoesNotWaitForAnswersThatDoNotCome) {
  fill(20);
  std::stop_source stop;
  // A server that has the request and never answers: only the client's cancellation ends the wait.
  std::atomic<int> sent = 0;
  network().before = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation != "UpdateItem" || request.body.find("count_me") == std::string::npos) return std::nullopt;
    if (++sent == 20) stop.request_stop();
    return std::nullopt;
  };
  network().hold = [](std::string_view operation, const wire::Request& request) {
    return operation == "UpdateItem" && request.body.find("count_me") != std::string::npos;
  };
  const auto begin = std::chrono::steady_clock::now();
  const Report report = run(
      [](const Item&, Actions& actions) {
        actions.update({.expression = "ADD count_me :one", .values = {{":one", 1}}});
      },
      {.stop = stop.get_token()});
  EXPECT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));  // and not for ever
  EXPECT_EQ(report.errors_total, 0U) << errors_of(report);                        // a stop is what was asked for

  // Those that were on their way are in doubt, and the next run finds out.
  network().hold = {};
  network().before = {};
  const Report again = run([](const Item&, Actions& actions) {
    actions.update({.expression = "ADD count_me :one", .values = {{":one", 1}}});
  });
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.in_doubt_applied + again.in_doubt_not_applied, 20U);
  EXPECT_EQ(count_where("count_me", 1), 20U);
}

TEST_F(MigratorResumeTest, RefusesToGoOnWithATableThatWasCreatedAnew) {
  fill(200);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(50)}).outcome, Outcome::stopped);
  client().delete_table(table());
  fill(200);
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].code(), "OtherRun");
  EXPECT_EQ(count_where("n", 0), 200U);
}

TEST_F(MigratorResumeTest, RefusesWhatAnotherMachineHasAppliedMeanwhile) {
  fill(200);
  ASSERT_EQ(run(count_up, {.stop = stop_at_update(50)}).outcome, Outcome::stopped);
  client().put_item(table_name("meta"), {{"Number", 1}, {"TableName", table()}, {"Description", "by another"}});
  const auto before = items();
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].code(), "AlreadyApplied");
  EXPECT_EQ(items(), before);
}

}  // namespace
}  // namespace drift::testing
