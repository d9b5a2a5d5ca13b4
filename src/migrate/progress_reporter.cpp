// ProgressReporter: see the header.
#include "migrate/progress_reporter.hpp"

#include <chrono>
#include <utility>

namespace drift::migrate {

namespace {
constexpr std::chrono::milliseconds interval{200};
}

ProgressReporter::ProgressReporter(const Counters& counters, std::function<void(const Progress&)> callback)
    : counters_(counters), callback_(std::move(callback)) {
  if (callback_) thread_ = std::thread(&ProgressReporter::report_until_ended, this);
}

ProgressReporter::~ProgressReporter() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_one();
  thread_.join();
  call();
}

void ProgressReporter::report_until_ended() {
  std::unique_lock lock(mutex_);
  while (!ended_changed_.wait_for(lock, interval, [this] { return ended_; })) {
    lock.unlock();
    call();
    lock.lock();
  }
}

void ProgressReporter::call() const noexcept {
  try {
    callback_(counters_.snapshot());
  } catch (
      ...) {  // NOLINT(bugprone-empty-catch): RunOptions::on_progress says that it is ignored; a run must not end by it
  }
}

}  // namespace drift::migrate
