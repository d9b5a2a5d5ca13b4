// ManualLoop: a Loop with time of its own, for tests. Nothing runs until the test says so, on the thread that says so;
// time stands still until the test moves it. ThreadLoop: the same, run by a thread of its own, where time jumps to the
// next timer whenever nothing else is to do: what waits an hour is over at once.
// post, after and cancel may be called from any thread.
#pragma once

#include "base/loop.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace drift::testing {

// Starts at 2026-01-02 03:04:05 UTC; moves only when told.
class ManualClock final : public base::Clock {
 public:
  [[nodiscard]] base::SteadyTime steady() const override;
  [[nodiscard]] base::SystemTime system() const override;
  [[nodiscard]] base::BootTime boot() const override;
  void advance(std::chrono::nanoseconds by);
  // Moves only the wall clock, as a correction of it does.
  void set_system(base::SystemTime now);
  // The machine is suspended: the wall clock and the boot clock move, timers and the steady clock do not.
  void suspend(std::chrono::nanoseconds by);

 private:
  std::atomic<std::int64_t> steady_ns_ = 1'000'000'000;
  std::atomic<std::int64_t> slept_ns_ = 0;
  std::atomic<std::int64_t> system_offset_ns_ = 1'767'323'045'000'000'000 - 1'000'000'000;
};

class ManualLoop final : public base::Loop {
 public:
  void post(Task task) override;
  TimerId after(std::chrono::nanoseconds delay, Task task) override;
  bool cancel(TimerId timer) override;
  // True while this thread is inside one of the calls below.
  [[nodiscard]] bool on_loop_thread() const override;
  [[nodiscard]] ManualClock& clock() override { return clock_; }

  // Runs what is posted, and what that posts, without moving time. Returns how many tasks ran.
  std::size_t run_posted();
  // Moves time, running each timer that comes due at its own moment.
  void advance(std::chrono::nanoseconds by);
  // Runs tasks, and jumps to the next timer when there is none, until `done` or until nothing is left. Returns done().
  bool run_until(const std::function<bool()>& done);
  // Until nothing is left. Never ends with a timer that starts itself again.
  void run_all();

  [[nodiscard]] std::size_t timers() const;

  // For ThreadLoop: as run_until, but waits for posts where nothing is left.
  void serve(const std::atomic<bool>& stop);
  void wake();

 private:
  using TimerKey = std::pair<base::SteadyTime, TimerId>;
  class OnThread;

  bool take_posted(Task& task);
  // Takes the first timer that is due by `until` and moves the clock there.
  bool take_timer(base::SteadyTime until, Task& task);
  bool step();

  ManualClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable posted_or_woken_;
  std::deque<Task> posted_;
  std::map<TimerKey, Task> timers_;
  TimerId last_timer_ = 0;
  std::atomic<std::thread::id> runner_;
};

class ThreadLoop final : public base::Loop {
 public:
  ThreadLoop();
  // Runs what is posted, then ends; timers that have not come due never run.
  ~ThreadLoop() override;

  void post(Task task) override { loop_.post(std::move(task)); }
  TimerId after(std::chrono::nanoseconds delay, Task task) override { return loop_.after(delay, std::move(task)); }
  bool cancel(TimerId timer) override { return loop_.cancel(timer); }
  [[nodiscard]] bool on_loop_thread() const override { return loop_.on_loop_thread(); }
  [[nodiscard]] ManualClock& clock() override { return loop_.clock(); }

 private:
  ManualLoop loop_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace drift::testing
