// VirtualLoop: see the header.
#include "bench/virtual_loop.hpp"

#include <algorithm>

namespace drift::bench {

void VirtualLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  posted_or_woken_.notify_one();
}

base::Loop::TimerId VirtualLoop::after(std::chrono::nanoseconds delay, Task task) {
  const auto steps = std::chrono::ceil<std::chrono::milliseconds>(std::max(delay, std::chrono::nanoseconds(0)));
  const std::lock_guard lock(mutex_);
  const Due due{clock_.since_start() + steps, ++last_timer_};
  timers_.emplace(due, std::move(task));
  due_.emplace(due.second, due.first);
  return due.second;
}

bool VirtualLoop::cancel(TimerId timer) {
  Task task;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = due_.find(timer);
  if (found == due_.end()) return false;
  const auto entry = timers_.find(Due{found->second, timer});
  task = std::move(entry->second);
  timers_.erase(entry);
  due_.erase(found);
  return true;
}

void VirtualLoop::run(const std::atomic<bool>& done, const std::function<void()>& settle) {
  runner_ = std::this_thread::get_id();
  {
    std::unique_lock lock(mutex_);
    posted_or_woken_.wait(lock, [&] { return !posted_.empty() || done; });
  }
  while (!done) {
    while (run_posted()) settle();
    if (run_next_timers()) {
      settle();
      continue;
    }
    std::unique_lock lock(mutex_);
    posted_or_woken_.wait(lock, [&] { return done || !posted_.empty() || !timers_.empty(); });
  }
  runner_ = std::thread::id();
}

bool VirtualLoop::run_posted() {
  bool any = false;
  while (true) {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      if (posted_.empty()) return any;
      task = std::move(posted_.front());
      posted_.pop_front();
    }
    task();
    any = true;
  }
}

bool VirtualLoop::run_next_timers() {
  std::chrono::milliseconds time{};
  {
    const std::lock_guard lock(mutex_);
    if (timers_.empty()) return false;
    time = timers_.begin()->first.first;
  }
  clock_.jump_to(time);
  for (Task task; take_due(time, task);) {
    task();
    run_posted();
  }
  return true;
}

bool VirtualLoop::take_due(std::chrono::milliseconds time, Task& task) {
  const std::lock_guard lock(mutex_);
  if (timers_.empty() || timers_.begin()->first.first > time) return false;
  due_.erase(timers_.begin()->first.second);
  task = std::move(timers_.begin()->second);
  timers_.erase(timers_.begin());
  return true;
}

void VirtualLoop::wake() {
  { const std::lock_guard lock(mutex_); }  // whoever is about to wait has looked, or will
  posted_or_woken_.notify_all();
}

void VirtualLoop::clear() {
  std::deque<Task> posted;
  std::map<Due, Task> timers;
  const std::lock_guard lock(mutex_);
  posted.swap(posted_);
  timers.swap(timers_);
  due_.clear();
}

}  // namespace drift::bench
