// Runs whose scan has several segments, on the real local server: every item is called back once whatever the segments,
// over stops too, and the scan is paused and steered while it goes on.
#include "journal/journal.hpp"
#include "support/migrator_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>

namespace drift::testing {
namespace {

class ScanSegmentsTest : public MigratorFixture {
 protected:
  // Notes each callback; then what `and_then` does.
  Callback noting(Callback and_then = count_up) {
    return [this, and_then = std::move(and_then)](const Item& item, Actions& actions) {
      {
        const std::scoped_lock lock(mutex_);
        called_.push_back(item["id"].as_int64());
      }
      and_then(item, actions);
    };
  }
  std::size_t called() {
    const std::scoped_lock lock(mutex_);
    return called_.size();
  }
  std::size_t different_called() {
    const std::scoped_lock lock(mutex_);
    return std::set(called_.begin(), called_.end()).size();
  }

  // Counts the requests for pages, and notes the segments that were asked for.
  void watch_scan() {
    network().before = [this](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
      if (operation != "Scan" || request.body.find(R"("Limit":1,)") != std::string::npos) return std::nullopt;
      const std::scoped_lock lock(mutex_);
      ++pages_;
      const std::size_t at = request.body.find("\"TotalSegments\":");
      totals_.insert(at == std::string::npos ? 1 : std::stoi(request.body.substr(at + 16)));
      return std::nullopt;
    };
  }
  std::size_t pages() {
    const std::scoped_lock lock(mutex_);
    return pages_;
  }

  void expect_every_item_once(const Report& report, std::size_t count) {
    EXPECT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    EXPECT_EQ(report.items_scanned, count);
    EXPECT_EQ(report.callbacks_done, count);
    EXPECT_EQ(report.actions_done, count);
    EXPECT_EQ(different_called(), count);
    EXPECT_EQ(count_where("n", 1), count);
  }

  std::mutex mutex_;
  std::vector<std::int64_t> called_;
  std::size_t pages_ = 0;
  std::set<int> totals_;  // TotalSegments
};

TEST_F(ScanSegmentsTest, TogetherAreTheTableWhateverTheirNumber) {
  fill(150);
  int round = 0;
  for (const std::uint32_t segments : {1U, 2U, 3U, 7U, 64U, 1'000U}) {
    called_.clear();
    watch_scan();
    totals_.clear();
    Progress last;
    const Report report = run(noting(), {.on_progress = [&](const Progress& progress) { last = progress; },
                                         .segments = segments,
                                         .allow_applied = true});
    network().before = {};
    ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
    EXPECT_EQ(report.items_scanned, 150U) << segments;
    EXPECT_EQ(called(), 150U) << segments;
    EXPECT_EQ(different_called(), 150U) << segments;
    EXPECT_EQ(count_where("n", ++round), 150U) << segments;
    EXPECT_EQ(totals_, std::set<int>{static_cast<int>(segments)});
    EXPECT_EQ(last.segments, segments);
    EXPECT_EQ(last.segments_done, segments);
    EXPECT_EQ(last.skew, "");
  }
}

TEST_F(ScanSegmentsTest, OfAnEmptyTableAreNothing) {
  fill(0);
  const Report report = run(noting(), {.segments = 7});
  expect_every_item_once(report, 0);
}

TEST_F(ScanSegmentsTest, AreNoMoreThanTenThousand) {
  fill(1);
  const Report report = run(count_up, {.segments = 10'001});
  EXPECT_EQ(report.outcome, Outcome::refused);
  EXPECT_EQ(report.errors.at(0).code(), "ConfigError");
  EXPECT_NE(std::string(report.errors.at(0).what()).find("10001"), std::string::npos);
}

TEST_F(ScanSegmentsTest, KeepEveryActionOnceOverStopsInTheMiddle) {
  fill(1'500);
  Report report;
  int round = 0;
  // A stop drops a page whose last callback is still out, on a busy machine each time: at some point it goes through.
  constexpr int stops_max = 8;
  watch_scan();
  do {
    std::stop_source stop;
    std::atomic<int> calls = 0;
    const auto stopping = [&](const Item& item, Actions& actions) {
      if (++calls == 400 && round < stops_max) stop.request_stop();
      count_up(item, actions);
    };
    // The first run's segments are kept, whatever later ones ask for.
    report = run(noting(stopping), {.concurrency = round == 1 ? std::size_t{1} : std::size_t{4},
                                    .stop = stop.get_token(),
                                    .segments = round == 0 ? 5U : static_cast<std::uint32_t>(round)});
    if (report.outcome != Outcome::stopped) break;
    ASSERT_EQ(journals().size(), 1U);
    EXPECT_EQ(journal::Journal::open(journals()[0], {.look_only = true})->header().segments, 5U);
  } while (++round <= stops_max);
  EXPECT_GE(round, 3);
  expect_every_item_once(report, 1'500);
  EXPECT_EQ(totals_, std::set<int>{5});
}

TEST_F(ScanSegmentsTest, AreKnownOfEachActionInTheJournal) {
  fill(200);
  std::map<std::int64_t, std::uint32_t> segment_of;
  for (std::uint32_t segment = 0; segment < 5; ++segment) {
    for (const Item& item : plain().scan(table(), {.segment = segment, .total_segments = 5})) {
      segment_of[item["id"].as_int64()] = segment;
    }
  }
  std::stop_source stop;
  network().before = [&](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    if (operation == "UpdateItem" && request.body.find("n + :one") != std::string::npos) stop.request_stop();
    return std::nullopt;
  };
  ASSERT_EQ(run(count_up, {.stop = stop.get_token(), .segments = 5}).outcome, Outcome::stopped);
  ASSERT_EQ(journals().size(), 1U);
  const auto journal = journal::Journal::open(journals()[0], {.look_only = true});
  const auto actions = journal->pending(0, 1'000, std::numeric_limits<std::size_t>::max());
  EXPECT_GT(actions.size(), 50U);
  for (const auto& action : actions) {
    const std::int64_t id = attributes_from_json(action.key).at("id").as_int64();
    EXPECT_EQ(action.segment, segment_of.at(id)) << action.key;
  }
}

TEST_F(ScanSegmentsTest, AreOneWithConcurrencyOneAndForAnUndoWithoutDown) {
  fill(50);
  watch_scan();
  Progress last;
  const auto note = [&](const Progress& progress) { last = progress; };
  ASSERT_TRUE(run(noting(), {.concurrency = 1, .on_progress = note}).ok());
  EXPECT_EQ(totals_, std::set<int>{1});
  EXPECT_EQ(last.segments, 1U);
  const Report undone = migrator().undo(migration(count_up), {.on_progress = note, .segments = 9});
  EXPECT_EQ(undone.outcome, Outcome::undone) << errors_of(undone);
  EXPECT_EQ(last.segments, 1U);
  EXPECT_EQ(last.segments_done, 1U);
  EXPECT_EQ(count_where("n", 0), 50U);
}

TEST_F(ScanSegmentsTest, AreCalledBackOneAfterTheOtherWithConcurrencyOne) {
  fill(1'000);
  int inside = 0;
  const auto one_at_a_time = [&](const Item& item, Actions& actions) {
    EXPECT_EQ(++inside, 1);
    count_up(item, actions);
    --inside;
  };
  expect_every_item_once(run(noting(one_at_a_time), {.concurrency = 1, .segments = 4}), 1'000);
}

TEST_F(ScanSegmentsTest, AScanThatIsPausedCallsNothingBackUntilItIsUnpaused) {
  fill(200);
  Controls controls;
  const auto pausing = [&](const Item& item, Actions& actions) {
    if (called() == 60) controls.pause();
    count_up(item, actions);
  };
  int reports_paused = 0;
  const auto watching = [&](const Progress&) {
    if (!controls.paused()) return;
    EXPECT_EQ(called(), 60U);
    if (++reports_paused == 3) controls.unpause();
  };
  const Report report =
      run(noting(pausing), {.concurrency = 1, .on_progress = watching, .segments = 2, .controls = controls});
  expect_every_item_once(report, 200);
  EXPECT_EQ(reports_paused, 3);
}

TEST_F(ScanSegmentsTest, AScanThatIsPausedFromTheBeginningHearsAStop) {
  fill(200);
  watch_scan();
  Controls controls;
  controls.pause();
  std::stop_source stop;
  const auto stopping = [&](const Progress& progress) {
    if (progress.phase == Phase::scanning) stop.request_stop();
  };
  const Report report =
      run(noting(), {.on_progress = stopping, .stop = stop.get_token(), .segments = 3, .controls = controls});
  EXPECT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_EQ(called(), 0U);
  EXPECT_EQ(pages(), 0U);
  controls.unpause();
  expect_every_item_once(run(noting(), {.controls = controls}), 200);
}

TEST_F(ScanSegmentsTest, AScanThatIsPausedWithCallbacksUnderWayHearsAStop) {
  fill(200);
  Controls controls;
  std::stop_source stop;
  std::atomic<bool> pauses = false;
  std::atomic<bool> is_paused = false;
  std::atomic<std::size_t> begun_later = 0;
  const auto pausing = [&](const Item& item, Actions& actions) {
    if (is_paused) ++begun_later;
    count_up(item, actions);
    if (pauses.exchange(true)) return;
    controls.pause();
    is_paused = true;
  };
  const auto stopping = [&](const Progress&) {
    if (is_paused) stop.request_stop();
  };
  const RunOptions options{
      .concurrency = 4, .on_progress = stopping, .stop = stop.get_token(), .segments = 2, .controls = controls};
  const Report report = run(noting(pausing), options);
  EXPECT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_LE(begun_later, 3U) << "the others' that were just about to begin";
}

TEST_F(ScanSegmentsTest, MoreAndFewerCallbacksRunAtOnceAsTheControlsSay) {
  fill(600);
  Controls controls;
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  std::map<std::thread::id, int> begun_at_last;
  // The first callback, which is alone, waits until five more have begun; from the 300th on there may be two.
  const auto steering = [&](const Item& item, Actions& actions) {
    count_up(item, actions);
    std::unique_lock lock(mutex);
    const int number = ++begun;
    changed.notify_all();
    if (number == 1) controls.set_concurrency(6);
    if (number <= 6) changed.wait(lock, [&] { return begun >= 6; });
    if (number == 300) controls.set_concurrency(2);
    if (number > 300) ++begun_at_last[std::this_thread::get_id()];
  };
  const Report report = run(noting(steering), {.concurrency = 1, .segments = 2, .controls = controls});
  expect_every_item_once(report, 600);
  // Each of the others may have had one more, which it was given before.
  const auto had_several = [](const auto& thread_and_count) { return thread_and_count.second > 1; };
  EXPECT_LE(std::count_if(begun_at_last.begin(), begun_at_last.end(), had_several), 2);
}

}  // namespace
}  // namespace drift::testing
