// Apply::streaming on the real local server: actions are executed while the scan goes on, each once, over stops and
// errors too; what the scan could come upon is refused.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace drift::testing {
namespace {

constexpr std::chrono::seconds long_enough{60};

class StreamingTest : public MigratorFixture {
 protected:
  static constexpr std::size_t count = 150;  // items of 30,000 bytes: five pages

  // Notes each update that is sent, and does something with the first `n` of them.
  void watch_updates(std::function<void(int)> at = {}) {
    network().before = [this, at = std::move(at)](std::string_view operation,
                                                  const wire::Request& request) -> std::optional<wire::Answer> {
      if (operation != "UpdateItem" || request.body.find(table() + '"') == std::string::npos) return std::nullopt;
      const std::scoped_lock lock(mutex_);
      ++updates_;
      changed_.notify_all();
      if (at) at(updates_);
      return std::nullopt;
    };
  }
  bool updates_are_sent() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, long_enough, [this] { return updates_ >= 20; });
  }
  // Holds the callback for the last item of the table's beginning until updates were sent, so the scan is not over.
  Callback held_until_updates_are_sent() {
    return [this](const Item& item, Actions& actions) {
      if (++called_ == 100 && !updates_are_sent()) throw std::runtime_error("nothing was sent while the scan went on");
      count_up(item, actions);
    };
  }

  // A run that has executed actions, and has not read all items.
  Report stopped_within_the_scan() {
    fill(count, 30'000);
    std::stop_source stop;
    watch_updates([&](int sent) {
      if (sent == 20) stop.request_stop();
    });
    RunOptions options = streaming();
    options.stop = stop.get_token();
    Report report = run(held_until_updates_are_sent(), options);
    EXPECT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
    EXPECT_GT(report.actions_done, 0U);
    EXPECT_LT(report.items_scanned, count);
    network().before = {};
    return report;
  }

  static RunOptions streaming() { return {.apply = Apply::streaming}; }

  std::mutex mutex_;
  std::condition_variable changed_;
  int updates_ = 0;
  std::atomic<int> called_ = 0;
};

TEST_F(StreamingTest, ActionsAreExecutedWhileTheScanGoesOn) {
  fill(count, 30'000);
  watch_updates();
  Progress last;
  RunOptions options = streaming();
  options.on_progress = [&](const Progress& progress) { last = progress; };
  const Report report = run(held_until_updates_are_sent(), options);
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.items_scanned, count);
  EXPECT_EQ(report.callbacks_done, count);
  EXPECT_EQ(report.actions_queued, count);
  EXPECT_EQ(report.actions_done, count);
  EXPECT_EQ(count_where("n", 1), count);
  EXPECT_EQ(last.actions_done, count);
  EXPECT_EQ(last.segments_done, last.segments);
  EXPECT_TRUE(journals().empty());
  EXPECT_EQ(migrator().applied().size(), 1U);
}

TEST_F(StreamingTest, SegmentsAreStreamedTogether) {
  fill(2'000);
  RunOptions options = streaming();
  options.segments = 5;
  const Report report = run(count_up, options);
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.actions_done, 2'000U);
  EXPECT_EQ(count_where("n", 1), 2'000U);
}

TEST_F(StreamingTest, IsUndoneByItsImages) {
  fill(count, 30'000);
  const Migration up = migration(count_up);
  ASSERT_TRUE(migrator().run(up, streaming()).ok());
  const Report report = migrator().undo(up, streaming());
  EXPECT_EQ(report.outcome, Outcome::undone) << errors_of(report);
  EXPECT_EQ(count_where("n", 0), count);
}

TEST_F(StreamingTest, AnUndoStreamsAsWell) {
  fill(count, 30'000);
  const Migration both = migration(count_up, [](const Item&, Actions& actions) {
    actions.update({.expression = "ADD n :less", .values = {{":less", -1}}});
  });
  ASSERT_TRUE(migrator().run(both, streaming()).ok());
  const Report report = migrator().undo(both, streaming());
  EXPECT_EQ(report.outcome, Outcome::undone) << errors_of(report);
  EXPECT_EQ(count_where("n", 0), count);
}

// With after_scan nothing would be executed.
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

// Everything that is queued was executed, and the scan is not at its end: that is no migration that is applied.
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

TEST_F(StreamingTest, WhatTheScanCouldComeUponIsRefused) {
  fill(3);
  make_table(other_table());
  const auto error_of = [&](Callback callback) {
    const Report report = run(std::move(callback), streaming());
    EXPECT_EQ(report.outcome, Outcome::failed);
    migrator().restart(1);
    return report.errors.empty() ? Error({}) : report.errors[0];
  };
  const std::vector<Callback> refused{
      [](const Item& item, Actions& actions) { actions.put(item.attributes()); },
      [](const Item&, Actions& actions) {
        actions.insert({{"id", 1'000}});
      },
      [this](const Item&, Actions& actions) {
        actions.insert({{"id", 1'000}}, table());
      },
      [](const Item& item, Actions& actions) {
        actions.remove({{"id", item["id"].as_int64() + 1}});
      },
      [](const Item&, Actions& actions) {
        actions.update({.key = {{"id", 1'000}}, .expression = "SET n = :v", .values = {{":v", 5}}});
      },
  };
  for (const Callback& callback : refused) {
    const Error error = error_of(callback);
    EXPECT_EQ(error.code(), "ValidationException") << error.what();
    EXPECT_NE(std::string(error.what()).find("Apply::streaming"), std::string::npos) << error.what();
  }
  EXPECT_EQ(count_where("n", 0), 3U);

  const Report report = run(
      [this](const Item& item, Actions& actions) {
        const Attributes key{{"id", item["id"]}};
        actions.update({.key = key, .expression = "SET n = :v", .values = {{":v", 5}}});
        actions.put({{"id", item["id"]}, {"copied", true}}, other_table());
        actions.remove({{"id", 1'000}}, other_table());
      },
      streaming());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("n", 5), 3U);
  EXPECT_EQ(items(other_table()).size(), 3U);
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
  std::stop_source stop;
  watch_updates([&](int sent) {
    if (sent == 10'000) stop.request_stop();
  });
  RunOptions options = streaming();
  options.before_images = false;
  options.stop = stop.get_token();
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

TEST_F(StreamingTest, APausedRunGoesOn) {
  fill(500);
  Controls controls;
  watch_updates([&](int sent) {
    if (sent == 50) controls.pause();
  });
  RunOptions options = streaming();
  options.controls = controls;
  std::atomic<bool> was_paused = false;
  options.on_progress = [&](const Progress& progress) {
    if (progress.pace != Pace::paused) return;
    was_paused = true;
    controls.unpause();
  };
  const Report report = run(count_up, options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_TRUE(was_paused);
  EXPECT_EQ(count_where("n", 1), 500U);
}

// A copy from before the end would not know which items were called back.
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

// It is not the reads, whose answers ask again, that are under way then.
TEST_F(StreamingTest, ACapThatTheScanMeetsWhileWritesAreUnderWayEndsTheRun) {
  fill(12'000);
  RunOptions options = streaming();
  options.segments = 1;
  options.prices.million_write_units = 0;
  options.prices.million_read_units = 1e6;
  options.max_cost = 21;
  const Report report = run(count_up, options);
  EXPECT_EQ(report.outcome, Outcome::stopped);
  ASSERT_FALSE(report.errors.empty());
  EXPECT_EQ(report.errors[0].code(), "CostCap");
  options.max_cost = 0;
  EXPECT_EQ(run(count_up, options).outcome, Outcome::applied);
  EXPECT_EQ(count_where("n", 1), 12'000U);
}

// A scan's callback and one that is called again are two.
TEST_F(StreamingTest, NoMoreCallbacksRunAtOnceThanAreAskedFor) {
  fill(count, 30'000);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<std::int64_t> first = -1;
  std::mutex mutex;
  std::condition_variable changed;
  bool conflict_is_seen = false;
  network().after = [&](std::string_view operation, wire::Answer answer) {
    const auto* response = std::get_if<wire::Response>(&answer);
    if (operation == "UpdateItem" && response != nullptr && response->status == 400) {
      const std::scoped_lock lock(mutex);
      conflict_is_seen = true;
      changed.notify_all();
    }
    return answer;
  };
  RunOptions options = streaming();
  options.concurrency = 1;
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        most = std::max<int>(most, ++inside);
        const std::int64_t id = item["id"].as_int64();
        const int call = ++called_;
        if (call == 1) {
          first = id;
          plain().update_item(table(), {{"id", id}}, Expression{.text = "SET n = :v", .values = {{":v", 100}}});
        } else if (call == 100) {
          std::unique_lock lock(mutex);
          changed.wait_for(lock, long_enough, [&] { return conflict_is_seen; });
        }
        count_up(item, actions);
        --inside;
      },
      options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(most, 1);
}

// What an earlier process may have sent was in the queue when it ended.
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

// The application leaves what the action would have left: it would be lost.
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

// Its scan would be called back for nothing.
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

TEST_F(StreamingTest, ALiveWriterWhoIsFirstIsNotOverwritten) {
  fill(count, 30'000);
  const Report report = run(
      [&](const Item& item, Actions& actions) {
        const std::int64_t id = item["id"].as_int64();
        if (id % 10 == 3 && item["n"] == Value(0)) {
          plain().update_item(table(), {{"id", id}}, Expression{.text = "SET n = :v", .values = {{":v", 100}}});
        }
        count_up(item, actions);
      },
      streaming());
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 15U);
  EXPECT_EQ(count_where("n", 101), 15U);
  EXPECT_EQ(count_where("n", 1), count - 15);
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

// With markers nothing is dropped before they are removed.
TEST_F(StreamingTest, ExactWithoutImagesLeavesNoMarkers) {
  fill(500);
  RunOptions options = streaming();
  options.before_images = false;
  options.exact = true;
  options.guard = Guard::exists;
  const Report report = run(count_up, options);
  EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(count_where("n", 1), 500U);
  std::size_t markers = 0;
  for (const Item& row : plain().scan(table_name("meta") + ".runs")) {
    markers += row["Part"].as_string().starts_with("marker#") ? 1 : 0;
  }
  EXPECT_EQ(markers, 0U);
}

}  // namespace
}  // namespace drift::testing
