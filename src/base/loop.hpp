// Loop: one thread on which completions and timers run, one after the other, so what only they touch needs no lock.
// `post`, `after` and `cancel` may be called from any thread. Nothing that blocks may run on a loop.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace drift::base {

class Loop {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;

  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  virtual ~Loop() = default;

  // Runs `task` on the loop's thread, soon, in the order of the posts.
  virtual void post(Task task) = 0;
  // Runs `task` on the loop's thread when `delay` has passed. Never runs it before this call returns.
  virtual TimerId after(std::chrono::nanoseconds delay, Task task) = 0;
  // True iff the timer's task has not run and will not run.
  virtual bool cancel(TimerId timer) = 0;
  [[nodiscard]] virtual bool on_loop_thread() const = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
};

}  // namespace drift::base
