// VirtualLoop: see the header.
#include "bench/virtual_loop.hpp"

#include <algorithm>
#include <iterator>

namespace drift::bench {

void VirtualLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    (on_loop_thread() ? posted_ : posted_by_others_).push_back(std::move(task));
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
  const auto wait = [&](bool timers_too) {
    std::unique_lock lock(mutex_);
    posted_or_woken_.wait(lock, [&] { return done || !posted_by_others_.empty() || (timers_too && !timers_.empty()); });
  };
  wait(false);
  while (!done) {
    while (take_posted_by_others()) {
      run_posted();
      settle();
    }
    if (run_next_timers()) {
      settle();
    } else {
      wait(true);
    }
  }
  runner_ = std::thread::id();
}

void VirtualLoop::run_posted() {
  while (true) {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      if (posted_.empty()) return;
      task = std::move(posted_.front());
      posted_.pop_front();
    }
    task();
  }
}

bool VirtualLoop::take_posted_by_others() {
  const std::lock_guard lock(mutex_);
  if (posted_by_others_.empty()) return false;
  std::move(posted_by_others_.begin(), posted_by_others_.end(), std::back_inserter(posted_));
  posted_by_others_.clear();
  return true;
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
  std::deque<Task> posted_by_others;
  std::map<Due, Task> timers;
  const std::lock_guard lock(mutex_);
  posted.swap(posted_);
  posted_by_others.swap(posted_by_others_);
  timers.swap(timers_);
  due_.clear();
}

}  // namespace drift::bench
