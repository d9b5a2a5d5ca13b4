// VirtualLoop: a base::Loop whose time is simulated. When nothing is left to run it jumps to the next timer, so a
// hundred seconds of a simulation are over as fast as the machine gets through its events.
//
// Time goes in whole steps of a millisecond: timers come due at the end of the step that they fall into, never early.
// Threads beside the loop (the journal's writer) work in real time. Before each jump the loop lets them settle what
// they owe, so their work takes no virtual time; with steps, one settling serves all events of a millisecond. What they
// post runs when they have settled and not before: so a simulation goes the same way each time.
//
// post, after, cancel and wake may be called from any thread, all else from the one that runs the loop.
#pragma once

#include "base/loop.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace drift::bench {

// Starts at 2026-01-02 03:04:05 UTC.
class VirtualClock final : public base::Clock {
 public:
  [[nodiscard]] base::SteadyTime steady() const override { return base::SteadyTime(since_start()); }
  [[nodiscard]] base::SystemTime system() const override { return base::SystemTime(start + since_start()); }
  [[nodiscard]] base::BootTime boot() const override { return since_start(); }
  [[nodiscard]] std::chrono::milliseconds since_start() const { return std::chrono::milliseconds(now_ms_); }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(since_start()).count(); }
  void jump_to(std::chrono::milliseconds time) { now_ms_ = time.count(); }

 private:
  static constexpr std::chrono::seconds start{1'767'323'045};
  std::atomic<std::int64_t> now_ms_ = 0;
};

class VirtualLoop final : public base::Loop {
 public:
  void post(Task task) override;
  TimerId after(std::chrono::nanoseconds delay, Task task) override;
  bool cancel(TimerId timer) override;
  [[nodiscard]] bool on_loop_thread() const override { return runner_ == std::this_thread::get_id(); }
  [[nodiscard]] VirtualClock& clock() override { return clock_; }

  // Waits for a first post, then runs until `done`. `settle` returns when the other threads have posted all that they
  // owe to what ran so far. Who sets `done` wakes the loop.
  void run(const std::atomic<bool>& done, const std::function<void()>& settle);
  void wake();
  // Destroys what is left, while what it refers to is still there.
  void clear();

 private:
  using Due = std::pair<std::chrono::milliseconds, TimerId>;

  void run_posted();
  // True iff there was something.
  bool take_posted_by_others();
  // Jumps to the next timer and runs all that are due then. False: there is none.
  bool run_next_timers();
  bool take_due(std::chrono::milliseconds time, Task& task);

  VirtualClock clock_;
  std::atomic<std::thread::id> runner_;
  std::mutex mutex_;  // of all below
  std::condition_variable posted_or_woken_;
  std::deque<Task> posted_;
  std::deque<Task> posted_by_others_;
  std::map<Due, Task> timers_;
  std::unordered_map<TimerId, std::chrono::milliseconds> due_;
  TimerId last_timer_ = 0;
};

}  // namespace drift::bench
