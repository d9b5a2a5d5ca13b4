// PageQueue: see the header. `hand_on` is called without the lock: it may end the run, which abandons this queue.
#include "migrate/page_queue.hpp"

#include <utility>

namespace drift::migrate {

void PageQueue::push(std::shared_ptr<PageWork> work) {
  std::unique_lock lock(mutex_);
  const std::uint32_t segment = work->record.segment;
  waiting_[segment].push_back(work);
  dealing_.push_back(std::move(work));
  changed_.notify_all();
  hand_on_finished(lock, segment);  // an empty page has nothing to wait for but the pages before it
}

void PageQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void PageQueue::abandon() {
  const std::scoped_lock lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

void PageQueue::set_workers(std::size_t count) {
  const std::scoped_lock lock(mutex_);
  workers_ = count;
  changed_.notify_all();
}

bool PageQueue::wants_more_than(std::size_t started) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return workers_ > started || is_over(); });
  return !is_over();
}

std::shared_ptr<PageWork> PageQueue::current(std::size_t worker) {
  std::unique_lock lock(mutex_);
  // Items are dealt without the lock, so what is_over() has seen is not asked for twice.
  std::shared_ptr<PageWork> page;
  changed_.wait(lock, [&] {
    if (is_over()) return true;
    if (admits(worker) && !dealing_.empty()) page = dealing_.front();
    return page != nullptr;
  });
  if (!page) changed_.notify_all();  // others may wait for a change of the workers
  return page;
}

bool PageQueue::is_over() {
  while (!dealing_.empty() && dealing_.front()->next >= dealing_.front()->groups.size()) dealing_.pop_front();
  return abandoned_ || (closed_ && dealing_.empty());
}

void PageQueue::complete(PageWork& work) {
  std::unique_lock lock(mutex_);
  work.page.reset();
  hand_on_finished(lock, work.record.segment);
}

void PageQueue::hand_on_finished(std::unique_lock<std::mutex>& lock, std::uint32_t segment) {
  if (const auto found = waiting_.find(segment); found != waiting_.end()) {
    auto& pages = found->second;
    while (!pages.empty() && pages.front()->unfinished == 0) {
      finished_.push_back(std::move(pages.front()));
      pages.pop_front();
    }
    if (pages.empty()) waiting_.erase(found);
  }
  if (handing_on_) return;
  handing_on_ = true;
  while (!abandoned_ && !finished_.empty()) {
    const auto finished = std::move(finished_.front());
    finished_.pop_front();
    lock.unlock();
    hand_on_(*finished);
    lock.lock();
  }
  handing_on_ = false;
}

}  // namespace drift::migrate
