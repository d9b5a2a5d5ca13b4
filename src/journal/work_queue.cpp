#include "journal/work_queue.hpp"

#include <algorithm>
#include <utility>

namespace drift::journal {
namespace {

constexpr std::size_t commit_records_max = 1'024;
constexpr std::chrono::milliseconds record_wait_max{5};
constexpr std::chrono::milliseconds cursor_wait_max{1'000};

std::size_t actions_of(const Work& work) noexcept {
  std::size_t actions = 0;
  if (const auto* page = std::get_if<PageWork>(&work)) {
    for (const auto& group : page->page.groups) {
      actions += group.size();
    }
  }
  return actions;
}

// Records that must not wait for long: not a page that only moves a cursor.
std::size_t urgent_records(const Work& work) noexcept {
  return std::holds_alternative<OutcomeWork>(work) ? 1 : actions_of(work);
}

bool is_awaited(const Work& work) noexcept {
  return std::holds_alternative<CallWork>(work) || std::holds_alternative<MarkWork>(work);
}

}  // namespace

Weight weigh(const Work& work) noexcept {
  if (const auto* outcome = std::get_if<OutcomeWork>(&work)) {
    return {.records = 1, .bytes = sizeof(Work) + outcome->outcome.detail.size() + outcome->outcome.before.size()};
  }
  const auto* page = std::get_if<PageWork>(&work);
  if (page == nullptr) {
    return {};
  }
  Weight weight{.records = std::max<std::size_t>(actions_of(work), 1),
                .bytes = sizeof(Work) + page->page.last_key.size()};
  for (const std::string& key : page->page.seen) {
    weight.bytes += key.size();
  }
  for (const auto& group : page->page.groups) {
    for (const ActionRecord& action : group) {
      weight.bytes += action.bytes();
    }
  }
  return weight;
}

void WorkQueue::put(Work&& work) {
  const std::size_t records = urgent_records(work);
  const bool awaited = is_awaited(work);
  bool wake = awaited;
  {
    const std::lock_guard lock(mutex_);
    if (records > 0) {
      // The taker is woken when its waiting time changes, and not for each record.
      wake = records_ == 0 || (records_ < commit_records_max && records_ + records >= commit_records_max);
      if (records_ == 0) {
        first_record_ = clock_->steady();
      }
      records_ += records;
    } else if (awaited) {
      ++awaited_;
    } else if (!cursor_waits_) {
      first_cursor_ = clock_->steady();
      cursor_waits_ = true;
      wake = records_ == 0;
    }
    queue_.push_back(std::move(work));
  }
  if (wake) {
    changed_.notify_one();
  }
}

std::optional<base::SteadyTime> WorkQueue::commit_time() const noexcept {
  if (awaited_ > 0 || ended_ || records_ >= commit_records_max) {
    return base::SteadyTime::min();
  }
  std::optional<base::SteadyTime> time;
  if (records_ > 0) {
    time = first_record_ + record_wait_max;
  }
  if (cursor_waits_) {
    time = std::min(time.value_or(base::SteadyTime::max()), first_cursor_ + cursor_wait_max);
  }
  return time;
}

void WorkQueue::wait_for_commit(std::unique_lock<std::mutex>& lock) {
  while (true) {
    const auto time = commit_time();
    if (!time) {
      changed_.wait(lock);
      continue;
    }
    const auto now = *time == base::SteadyTime::min() ? *time : clock_->steady();
    if (now >= *time) {
      return;
    }
    changed_.wait_for(lock, *time - now);
  }
}

void WorkQueue::take(std::vector<Work>& taken) {
  std::unique_lock lock(mutex_);
  wait_for_commit(lock);
  taken.swap(queue_);
  records_ = 0;
  awaited_ = 0;
  cursor_waits_ = false;
}

void WorkQueue::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
}

}  // namespace drift::journal
