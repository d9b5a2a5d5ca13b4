// One queue of posts, one map of timers; who runs them differs.
#include "support/manual_loop.hpp"

namespace drift::testing {

base::SteadyTime ManualClock::steady() const {
  return base::SteadyTime(std::chrono::duration_cast<base::SteadyTime::duration>(std::chrono::nanoseconds(steady_ns_)));
}

base::SystemTime ManualClock::system() const {
  return base::SystemTime(
      std::chrono::duration_cast<base::SystemTime::duration>(std::chrono::nanoseconds(steady_ns_ + system_offset_ns_)));
}

base::BootTime ManualClock::boot() const { return std::chrono::nanoseconds(steady_ns_ + slept_ns_); }

void ManualClock::advance(std::chrono::nanoseconds by) { steady_ns_ += by.count(); }

void ManualClock::set_system(base::SystemTime now) {
  const auto wanted = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  system_offset_ns_ = wanted - steady_ns_;
}

void ManualClock::suspend(std::chrono::nanoseconds by) {
  slept_ns_ += by.count();
  system_offset_ns_ += by.count();
}

// Marks the thread that runs tasks.
class ManualLoop::OnThread {
 public:
  explicit OnThread(std::atomic<std::thread::id>& runner)
      : runner_(runner), before_(runner.exchange(std::this_thread::get_id())) {}
  ~OnThread() { runner_ = before_; }
  OnThread(const OnThread&) = delete;
  OnThread& operator=(const OnThread&) = delete;

 private:
  std::atomic<std::thread::id>& runner_;
  std::thread::id before_;
};

void ManualLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  posted_or_woken_.notify_one();
}

base::Loop::TimerId ManualLoop::after(std::chrono::nanoseconds delay, Task task) {
  TimerId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_timer_;
    timers_.emplace(TimerKey{clock_.steady() + std::max(delay, std::chrono::nanoseconds(0)), id}, std::move(task));
  }
  posted_or_woken_.notify_one();
  return id;
}

bool ManualLoop::cancel(TimerId timer) {
  Task task;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  for (auto entry = timers_.begin(); entry != timers_.end(); ++entry) {
    if (entry->first.second != timer) continue;
    task = std::move(entry->second);
    timers_.erase(entry);
    return true;
  }
  return false;
}

bool ManualLoop::on_loop_thread() const { return runner_ == std::this_thread::get_id(); }

bool ManualLoop::take_posted(Task& task) {
  const std::lock_guard lock(mutex_);
  if (posted_.empty()) return false;
  task = std::move(posted_.front());
  posted_.pop_front();
  return true;
}

bool ManualLoop::take_timer(base::SteadyTime until, Task& task) {
  const std::lock_guard lock(mutex_);
  if (timers_.empty() || timers_.begin()->first.first > until) return false;
  const base::SteadyTime due = timers_.begin()->first.first;
  if (due > clock_.steady()) clock_.advance(due - clock_.steady());
  task = std::move(timers_.begin()->second);
  timers_.erase(timers_.begin());
  return true;
}

bool ManualLoop::step() {
  Task task;
  if (!take_posted(task) && !take_timer(base::SteadyTime::max(), task)) return false;
  task();
  return true;
}

std::size_t ManualLoop::run_posted() {
  const OnThread here(runner_);
  std::size_t count = 0;
  for (Task task; take_posted(task); ++count) {
    task();
    task = nullptr;
  }
  return count;
}

void ManualLoop::advance(std::chrono::nanoseconds by) {
  const OnThread here(runner_);
  const base::SteadyTime until = clock_.steady() + by;
  run_posted();
  for (Task task; take_timer(until, task); run_posted()) {
    task();
    task = nullptr;
  }
  clock_.advance(until - clock_.steady());
}

bool ManualLoop::run_until(const std::function<bool()>& done) {
  const OnThread here(runner_);
  while (!done()) {
    if (!step()) return done();
  }
  return true;
}

void ManualLoop::run_all() {
  run_until([] { return false; });
}

std::size_t ManualLoop::timers() const {
  const std::lock_guard lock(mutex_);
  return timers_.size();
}

void ManualLoop::serve(const std::atomic<bool>& stop) {
  const OnThread here(runner_);
  while (!stop) {
    if (step()) continue;
    std::unique_lock lock(mutex_);
    posted_or_woken_.wait(lock, [&] { return stop || !posted_.empty() || !timers_.empty(); });
  }
  run_posted();
}

void ManualLoop::wake() {
  { const std::lock_guard lock(mutex_); }  // whoever is about to wait has looked, or will
  posted_or_woken_.notify_all();
}

ThreadLoop::ThreadLoop() : thread_([this] { loop_.serve(stop_); }) {}

ThreadLoop::~ThreadLoop() {
  stop_ = true;
  loop_.wake();
  thread_.join();
}

}  // namespace drift::testing
