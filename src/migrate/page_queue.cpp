// PageQueue: see the header.
#include "migrate/page_queue.hpp"

#include <utility>

namespace drift::migrate {

void PageQueue::push(std::shared_ptr<PageWork> work) {
  {
    const std::scoped_lock lock(mutex_);
    pages_.push_back(std::move(work));
    hand_on_finished();  // an empty page has nothing to wait for but the pages before it
  }
  changed_.notify_all();
}

void PageQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void PageQueue::abandon() {
  {
    const std::scoped_lock lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
}

std::shared_ptr<PageWork> PageQueue::current() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (abandoned_) return nullptr;
    for (const auto& work : pages_) {
      if (work->next < work->groups.size()) return work;
    }
    if (closed_) return nullptr;
    changed_.wait(lock);
  }
}

void PageQueue::complete(PageWork& work) {
  const std::scoped_lock lock(mutex_);
  work.page.reset();
  hand_on_finished();
}

void PageQueue::hand_on_finished() {
  while (!abandoned_ && !pages_.empty() && pages_.front()->unfinished == 0) {
    const auto finished = std::move(pages_.front());
    pages_.pop_front();
    hand_on_(*finished);
  }
}

}  // namespace drift::migrate
