// IoLoop: the loop of the real network, one thread that runs an Asio io_context. Posts made while the thread is awake,
// or behind another post, wake nothing. Nothing thrown may escape a task.
#pragma once

#include "base/loop.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace asio {
class io_context;
}

namespace drift::wire {

class IoLoop final : public base::Loop {
 public:
  explicit IoLoop(base::Clock& clock);
  // As stop().
  ~IoLoop() override;

  // Runs what is posted, then ends the thread: timers that are not due yet never run. Whoever has an operation on the
  // context has cancelled it before. Not to be called on the loop's thread.
  void stop();

  void post(Task task) override;
  TimerId after(std::chrono::nanoseconds delay, Task task) override;
  bool cancel(TimerId timer) override;
  [[nodiscard]] bool on_loop_thread() const override;
  [[nodiscard]] base::Clock& clock() override { return clock_; }

  [[nodiscard]] asio::io_context& context() noexcept;

 private:
  struct Asio;
  using TimerKey = std::pair<base::SteadyTime, TimerId>;

  void run_posted();
  void arm();
  void run_due();

  base::Clock& clock_;
  std::unique_ptr<Asio> asio_;

  std::mutex mutex_;  // of all that follows, up to the thread
  std::vector<Task> posted_ = {};
  bool posted_is_scheduled_ = false;
  std::map<TimerKey, Task> timers_ = {};
  std::unordered_map<TimerId, base::SteadyTime> due_ = {};
  TimerId last_timer_ = 0;
  bool arm_is_scheduled_ = false;
  bool stopping_ = false;

  std::vector<Task> running_ = {};  // the loop's thread only: keeps its room
  std::thread thread_;
};

}  // namespace drift::wire
