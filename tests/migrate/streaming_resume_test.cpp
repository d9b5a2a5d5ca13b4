// Streaming runs that end before they are done - stopped, by errors, with their journal moved - and how they go on.
#include "journal/journal.hpp"
#include "streaming_fixture.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace drift::testing {
namespace {

TEST_F(StreamingTest, AnErrorOfACallbackEndsTheRunWhichGoesOnFromThere) {
  fill(count, 30'000);
  watch_updates();
  std::atomic<bool> broken = true;
  const auto callback = [&](const Item& item, Actions& actions) {
    if (++called_ == 100 && broken) {
      if (!updates_are_sent()) return;
      throw std::runtime_error("a bug");
    }
    count_up(item, actions);
  };
  const Report report = run(callback, streaming());
  ASSERT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors_total, 1U) << errors_of(report);
  EXPECT_NE(report.errors.at(0).next_step().find("it goes on"), std::string::npos) << report.errors[0].next_step();
  EXPECT_GT(report.actions_done, 0U);
  EXPECT_LT(report.items_scanned, count);
  EXPECT_TRUE(migrator().applied().empty());
  ASSERT_EQ(journals().size(), 1U);

  broken = false;
  const Report again = run(callback, streaming());
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.run_id, report.run_id);
  EXPECT_EQ(again.items_scanned, count);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, IsNotRecordedBeforeTheScanIsAtItsEnd) {
  fill(count, 30'000);
  std::atomic<bool> broken = true;
  const auto callback = [&](const Item&, Actions&) {
    if (++called_ > 100 && broken) throw std::runtime_error("a bug");
  };
  const Report report = run(callback, streaming());
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_TRUE(migrator().applied().empty());
  broken = false;
  EXPECT_EQ(run(callback, streaming()).outcome, Outcome::applied);
}

TEST_F(StreamingTest, ErrorsWithinTheBudgetWaitForTheNextRun) {
  fill(count, 30'000);
  std::atomic<bool> broken = true;
  const auto callback = [&](const Item& item, Actions& actions) {
    if (broken && item["id"].as_int64() % 50 == 7) throw std::runtime_error("a bug");
    count_up(item, actions);
  };
  RunOptions options = streaming();
  options.max_errors = 10;
  const Report report = run(callback, options);
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.callback_errors, 3U) << errors_of(report);
  EXPECT_EQ(report.actions_done, count - 3);
  EXPECT_EQ(count_where("n", 1), count - 3);
  broken = false;
  const Report again = run(callback, options);
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, OverTheBudgetTheRunEndsAndGoesOn) {
  fill(count, 30'000);
  std::atomic<bool> broken = true;
  const auto callback = [&](const Item& item, Actions& actions) {
    if (broken && item["id"].as_int64() % 10 == 7) throw std::runtime_error("a bug");
    count_up(item, actions);
  };
  RunOptions options = streaming();
  options.max_errors = 3;
  const Report report = run(callback, options);
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(journals().size(), 1U) << "it may have executed something";
  broken = false;
  const Report again = run(callback, options);
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.run_id, report.run_id);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, AStoppedRunGoesOnStreaming) {
  const Report first = stopped_within_the_scan();
  // What is asked for the second time changes nothing.
  const Report report = run(count_up);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.run_id, first.run_id);
  EXPECT_NE(report.notes.at(0).find("Apply::streaming"), std::string::npos);
  EXPECT_EQ(report.actions_done, count);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, ARunThatHasQueuedForTheEndOfTheScanKeepsToThat) {
  fill(count, 30'000);
  std::stop_source stop;
  const auto stopping = [&](const Item& item, Actions& actions) {
    count_up(item, actions);
    if (++called_ == 100) stop.request_stop();
  };
  const Report first = run(stopping, {.stop = stop.get_token()});
  ASSERT_EQ(first.outcome, Outcome::stopped);
  ASSERT_GT(first.actions_queued, 0U);
  const Report report = run(count_up, streaming());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_NE(report.notes.at(0).find("Apply::after_scan"), std::string::npos);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, WithoutImagesWhatIsFinishedLeavesTheJournal) {
  fill(12'000);
  RunOptions options = streaming();
  options.before_images = false;
  options.stop = stop_at_update(10'000);
  const Report report = run(count_up, options);
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  {
    const auto journal = journal::Journal::open(journals().at(0), {.look_only = true});
    EXPECT_EQ(journal->totals().done, report.actions_done);
    EXPECT_THROW(journal->group(1), Error) << "the first group was not dropped";
  }
  options.stop = {};
  const Report again = run(count_up, options);
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.actions_done, 12'000U);
  EXPECT_EQ(count_where("n", 1), 12'000U);
}

TEST_F(StreamingTest, AJournalThatWasMovedHasToBeAdopted) {
  stopped_within_the_scan();
  const auto moved = state_directory().parent_path() / "moved";
  std::filesystem::rename(state_directory(), moved);
  Migrator elsewhere(client(), {.meta_table = table_name("meta"), .state_dir = moved});
  const Report report = elsewhere.run(migration(count_up), streaming());
  EXPECT_EQ(report.outcome, Outcome::refused);
  ASSERT_EQ(report.errors.at(0).code(), "JournalMoved");
  elsewhere.adopt(1);
  const Report adopted = elsewhere.run(migration(count_up), streaming());
  EXPECT_EQ(adopted.outcome, Outcome::applied) << errors_of(adopted);
  EXPECT_EQ(count_where("n", 1), count);
}

TEST_F(StreamingTest, WhatIsQueuedAfterAStopWasNeverSent) {
  stopped_within_the_scan();
  std::atomic<bool> written = false;
  const Report report = run([&](const Item& item, Actions& actions) {
    if (!written.exchange(true)) {
      plain().update_item(table(), {{"id", item["id"]}}, Expression{.text = "SET n = :v", .values = {{":v", 100}}});
    }
    count_up(item, actions);
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(count_where("n", 101), 1U);
}

TEST_F(StreamingTest, AndIsNotTakenForDone) {
  stopped_within_the_scan();
  std::atomic<bool> written = false;
  const Report report = run([&](const Item& item, Actions& actions) {
    if (!written.exchange(true)) {
      plain().update_item(table(), {{"id", item["id"]}}, Expression{.text = "SET n = :v", .values = {{":v", 1}}});
    }
    count_up(item, actions);
  });
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("n", 2), 1U) << "taken for done: " << report.in_doubt_applied;
}

TEST_F(StreamingTest, NorIsWhatIsQueuedAfterAnAdoption) {
  stopped_within_the_scan();
  const auto moved = state_directory().parent_path() / "moved";
  std::filesystem::rename(state_directory(), moved);
  Migrator elsewhere(client(), {.meta_table = table_name("meta"), .state_dir = moved});
  elsewhere.adopt(1);
  std::atomic<bool> written = false;
  const Migration again = migration([&](const Item& item, Actions& actions) {
    if (!written.exchange(true)) {
      plain().update_item(table(), {{"id", item["id"]}}, Expression{.text = "SET n = :v", .values = {{":v", 100}}});
    }
    count_up(item, actions);
  });
  const Report report = elsewhere.run(again, streaming());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
}

TEST_F(StreamingTest, WithMoreOldDoubtsThanErrorsAreAllowedItEndsAtOnce) {
  stopped_within_the_scan();
  {
    const auto journal = journal::Journal::open(journals().at(0));
    for (const auto& action : journal->pending(0, 2, 1U << 20U)) {
      const journal::ActionOutcome outcome{.sequence = action.sequence, .state = journal::ActionState::in_doubt};
      journal->record({&outcome, 1});
    }
  }
  RunOptions options = streaming();
  options.max_errors = 1;
  const Report report = run(count_up, options);
  EXPECT_FALSE(report.ok());
  ASSERT_GE(report.errors.size(), 2U);
  EXPECT_EQ(report.errors[0].code(), "InDoubt");
  const auto journal = journal::Journal::open(journals().at(0), {.look_only = true});
  EXPECT_EQ(journal->totals().items, report.items_scanned);
}

TEST_F(StreamingTest, WithNothingSentAMendedCallbackBeginsAnew) {
  fill(20);
  Migration broken = migration([](const Item&, Actions&) { throw std::runtime_error("a bug"); });
  broken.revision = "1";
  const Report report = migrator().run(broken, streaming());
  ASSERT_EQ(report.outcome, Outcome::failed);
  Migration mended = migration(count_up);
  mended.revision = "2";
  const Report again = migrator().run(mended, streaming());
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_NE(again.run_id, report.run_id);
  EXPECT_EQ(count_where("n", 1), 20U);
}

TEST_F(StreamingTest, OnceSomethingWasSentItDoesNot) {
  stopped_within_the_scan();
  Migration other = migration(count_up);
  other.revision = "another";
  const Report report = migrator().run(other, streaming());
  EXPECT_EQ(report.outcome, Outcome::refused);
  EXPECT_EQ(report.errors.at(0).code(), "RevisionChanged");
}

TEST_F(StreamingTest, AScanThatFailsEndsBothAndGoesOn) {
  fill(count, 30'000);
  network().before = [](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    const bool is_second_page = operation == "Scan" && request.body.find("ExclusiveStartKey") != std::string::npos;
    if (!is_second_page) return std::nullopt;
    return wire::Response{.status = 400,
                          .body = R"({"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"})"};
  };
  const Report report = run(count_up, streaming());
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_TRUE(migrator().applied().empty());
  network().before = {};
  const Report again = run(count_up, streaming());
  EXPECT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(count_where("n", 1), count);
}

}  // namespace
}  // namespace drift::testing
