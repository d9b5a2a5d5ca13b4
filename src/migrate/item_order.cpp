// ItemOrder: see the header.
#include "migrate/item_order.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace drift::migrate {

bool ItemOrder::admits(const ApplyJob& job) const {
  if (held_back_.empty()) return true;
  const auto items = job.items(scanned_table_);
  return std::none_of(items.begin(), items.end(), [&](const std::string& item) { return held_back_.contains(item); });
}

bool ItemOrder::add(const Job& job) {
  const auto earlier = [](const Job& a, const Job& b) {
    return std::tie(a->action.place, a->action.sequence) < std::tie(b->action.place, b->action.sequence);
  };
  auto* place = job->queues.begin();
  for (std::string& name : queues_of(*job)) {
    ApplyQueue& entry = *queues_.try_emplace(std::move(name)).first;
    entry.second.insert(std::upper_bound(entry.second.begin(), entry.second.end(), job, earlier), job);
    *place++ = &entry;
  }
  return is_its_turn(*job);
}

std::vector<std::string> ItemOrder::queues_of(const ApplyJob& job) const {
  auto queues = job.items(scanned_table_);
  if (job.action.group_size > 1) queues.push_back("group " + std::to_string(job.action.group));
  return queues;
}

bool ItemOrder::is_its_turn(const ApplyJob& job) {
  return std::all_of(job.queues.begin(), job.queues.end(),
                     [&](const ApplyQueue* queue) { return queue == nullptr || queue->second.front().get() == &job; });
}

bool ItemOrder::has_next(const ApplyJob& job) const {
  // Its items' queues come first, as items() has them.
  const auto* const end = job.queues.begin() + job.item_count();
  return std::any_of(job.queues.begin(), end,
                     [](const ApplyQueue* queue) { return queue != nullptr && queue->second.size() > 1; });
}

std::vector<ItemOrder::Job> ItemOrder::remove(ApplyJob& job) {
  std::vector<Job> next;
  for (ApplyQueue* entry : std::exchange(job.queues, {})) {
    if (entry == nullptr) continue;
    auto& queue = entry->second;
    const bool was_first = queue.front().get() == &job;
    std::erase_if(queue, [&](const Job& other) { return other.get() == &job; });
    if (queue.empty()) {
      queues_.erase(queues_.find(entry->first));
    } else if (was_first) {
      next.push_back(queue.front());
    }
  }
  std::erase_if(next, [&](const Job& other) { return !is_its_turn(*other); });
  return next;
}

std::vector<ItemOrder::Job> ItemOrder::hold_back(const ApplyJob& job) {
  std::vector<Job> waiting;
  for (std::string& item : job.items(scanned_table_)) {
    if (const auto place = queues_.find(item); place != queues_.end()) {
      const auto& queue = place->second;
      const auto self = std::find_if(queue.begin(), queue.end(), [&](const Job& other) { return other.get() == &job; });
      if (self != queue.end()) waiting.insert(waiting.end(), self + 1, queue.end());
    }
    held_back_.insert(std::move(item));
  }
  return waiting;
}

void ItemOrder::hold_back(const journal::ActionRecord& action) { held_back_.insert(action.table + '\n' + action.key); }

}  // namespace drift::migrate
