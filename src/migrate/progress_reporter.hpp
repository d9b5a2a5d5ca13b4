// ProgressReporter: calls the user's progress callback about five times a second, from one thread, and a last time,
// with the final counts, when it ends: however the run ends, the last call comes.
#pragma once

#include "migrate/counters.hpp"

#include <drift/progress.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace drift::migrate {

class ProgressReporter {
 public:
  // Without a callback it does nothing.
  ProgressReporter(const Counters& counters, std::function<void(const Progress&)> callback);
  ~ProgressReporter();
  ProgressReporter(const ProgressReporter&) = delete;
  ProgressReporter& operator=(const ProgressReporter&) = delete;

 private:
  void report_until_ended();
  void call() const noexcept;

  const Counters& counters_;
  const std::function<void(const Progress&)> callback_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace drift::migrate
