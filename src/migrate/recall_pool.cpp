// RecallPool: see the header.
#include "migrate/recall_pool.hpp"

#include "migrate/callback_caller.hpp"
#include "value/item_access.hpp"

#include <utility>

namespace drift::migrate {

void RecallPool::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    tasks_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void RecallPool::call(std::string item, Done done) {
  const std::scoped_lock lock(mutex_);
  tasks_.push_back({.item = std::move(item), .done = std::move(done)});
  if (tasks_.size() > idle_ && threads_.size() < run_.options.concurrency) {
    threads_.emplace_back([this] { work(); });
  }
  changed_.notify_one();
}

void RecallPool::work() {
  CallbackCaller caller(run_);
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    --idle_;
    if (ended_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      const Item item = value::ItemAccess::own(std::move(task.item), run_.key);
      task.done(caller.call(item));
    } catch (const Error& error) {
      task.done(error);
    }
    lock.lock();
  }
}

}  // namespace drift::migrate
