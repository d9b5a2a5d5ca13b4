// StreamingTest: runs with Apply::streaming on five pages of a table, held so that actions are certainly executed
// before the scan is at its end.
#pragma once

#include "support/migrator_fixture.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <stop_token>

namespace drift::testing {

inline constexpr std::chrono::seconds long_enough{60};

class StreamingTest : public MigratorFixture {
 protected:
  static constexpr std::size_t count = 150;  // items of 30,000 bytes: five pages

  // Notes each update that is sent, and does something with the first `n` of them.
  void watch_updates(std::function<void(int)> at = {}) {
    at_updates([this, at = std::move(at)](int) {
      const std::scoped_lock lock(mutex_);
      ++updates_;
      changed_.notify_all();
      if (at) at(updates_);
    });
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

}  // namespace drift::testing
