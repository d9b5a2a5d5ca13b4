// Apply::streaming on the real local server: actions are executed while the scan goes on, each once; what the scan
// could come upon is refused.
#include "streaming_fixture.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace drift::testing {
namespace {

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
// Everything that is queued was executed, and the scan is not at its end: that is no migration that is applied.
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
// The application leaves what the action would have left: it would be lost.
// Its scan would be called back for nothing.
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
