// Posts are collected under a lock and run in one go: the first of them schedules a drain, later ones ride along.
#include "wire/io_loop.hpp"

#include "wire/asio.hpp"

#include <optional>
#include <utility>

namespace drift::wire {

struct IoLoop::Asio {
  using Guard = asio::executor_work_guard<asio::io_context::executor_type>;
  // One thread runs it, and only that one touches sockets and timers; others post, which stays locked.
  asio::io_context context{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::steady_timer timer{context};
  std::optional<Guard> guard{asio::make_work_guard(context)};
};

IoLoop::IoLoop(base::Clock& clock)
    : clock_(clock), asio_(std::make_unique<Asio>()), thread_([this] { asio_->context.run(); }) {}

IoLoop::~IoLoop() { stop(); }

void IoLoop::stop() {
  if (!thread_.joinable()) return;
  asio::post(asio_->context, [this] {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      timers_.clear();
      due_.clear();
    }
    asio_->timer.cancel();
    asio_->guard.reset();
  });
  thread_.join();
}

void IoLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
    if (std::exchange(posted_is_scheduled_, true)) return;
  }
  asio::post(asio_->context, [this] { run_posted(); });
}

void IoLoop::run_posted() {
  {
    const std::lock_guard lock(mutex_);
    running_.swap(posted_);
    posted_is_scheduled_ = false;
  }
  for (Task& task : running_) {
    task();
    task = nullptr;  // what it holds ends with it, not with the last of the batch
  }
  running_.clear();
}

base::Loop::TimerId IoLoop::after(std::chrono::nanoseconds delay, Task task) {
  const base::SteadyTime due = clock_.steady() + std::chrono::ceil<base::SteadyTime::duration>(delay);
  TimerId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_timer_;
    if (stopping_) return id;
    due_.emplace(id, due);
    const auto at = timers_.emplace(TimerKey{due, id}, std::move(task)).first;
    if (at != timers_.begin() || std::exchange(arm_is_scheduled_, true)) return id;
  }
  asio::post(asio_->context, [this] { arm(); });
  return id;
}

bool IoLoop::cancel(TimerId timer) {
  Task task;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  const auto at = due_.find(timer);
  if (at == due_.end()) return false;
  const auto entry = timers_.find(TimerKey{at->second, timer});
  task = std::move(entry->second);
  timers_.erase(entry);
  due_.erase(at);
  return true;
}

void IoLoop::arm() {
  {
    const std::lock_guard lock(mutex_);
    arm_is_scheduled_ = false;
    if (timers_.empty()) return;
    asio_->timer.expires_at(timers_.begin()->first.first);
  }
  asio_->timer.async_wait([this](const asio::error_code& error) {
    if (!error) run_due();
  });
}

void IoLoop::run_due() {
  const base::SteadyTime now = clock_.steady();
  while (true) {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      if (timers_.empty() || timers_.begin()->first.first > now) break;
      task = std::move(timers_.begin()->second);
      due_.erase(timers_.begin()->first.second);
      timers_.erase(timers_.begin());
    }
    task();
  }
  arm();
}

bool IoLoop::on_loop_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

asio::io_context& IoLoop::context() noexcept { return asio_->context; }

}  // namespace drift::wire
