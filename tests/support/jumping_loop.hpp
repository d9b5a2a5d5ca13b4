// JumpingLoop: another loop, whose machine's clocks jump when a test says so: the time of day both ways (somebody sets
// it), the time since the boot forward (the machine slept). Timers are the other loop's. For several threads at once.
#pragma once

#include "base/loop.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace drift::testing {

class JumpingLoop final : public base::Loop {
 public:
  explicit JumpingLoop(base::Loop& inner) : inner_(inner), clock_(inner.clock()) {}

  void set_time_of_day(std::chrono::nanoseconds off_by) { clock_.day = off_by.count(); }
  void suspend(std::chrono::nanoseconds time) { clock_.slept += time.count(); }

  void post(Task task) override { inner_.post(std::move(task)); }
  TimerId after(std::chrono::nanoseconds delay, Task task) override { return inner_.after(delay, std::move(task)); }
  bool cancel(TimerId timer) override { return inner_.cancel(timer); }
  [[nodiscard]] bool on_loop_thread() const override { return inner_.on_loop_thread(); }
  [[nodiscard]] base::Clock& clock() override { return clock_; }

 private:
  class JumpingClock final : public base::Clock {
   public:
    explicit JumpingClock(base::Clock& inner) : inner_(inner) {}
    [[nodiscard]] base::SteadyTime steady() const override { return inner_.steady(); }
    [[nodiscard]] base::SystemTime system() const override {
      return inner_.system() + std::chrono::duration_cast<base::SystemTime::duration>(std::chrono::nanoseconds(day));
    }
    [[nodiscard]] base::BootTime boot() const override { return inner_.boot() + std::chrono::nanoseconds(slept); }
    std::atomic<std::int64_t> day = 0;
    std::atomic<std::int64_t> slept = 0;

   private:
    base::Clock& inner_;
  };

  base::Loop& inner_;
  JumpingClock clock_;
};

}  // namespace drift::testing
