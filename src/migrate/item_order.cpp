// ItemOrder: see the header.
#include "migrate/item_order.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

namespace drift::migrate {

namespace {

std::uint64_t name_of(std::string_view table, std::string_view key) noexcept {
  const std::hash<std::string_view> hash;
  return hash(key) + 31 * hash(table);
}

// Of a callback's actions.
std::uint64_t name_of(std::uint64_t group) noexcept {
  constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15U;
  return group * golden_ratio;
}

}  // namespace

bool ItemOrder::admits(const ApplyJob& job) const {
  if (held_back_.empty()) return true;
  const auto items = job.items(scanned_table_);
  return std::none_of(items.begin(), items.end(), [&](const std::string& item) { return held_back_.contains(item); });
}

bool ItemOrder::add(const Job& job) {
  const journal::ActionRecord& action = job->action;
  auto* place = job->queues.begin();
  *place++ = join(name_of(action.table, action.key), job);
  if (job->item_count() > 1) *place++ = join(name_of(scanned_table_, action.scanned_key), job);
  if (action.group_size > 1) *place++ = join(name_of(action.group), job);
  return is_its_turn(*job);
}

ApplyQueue* ItemOrder::join(std::uint64_t name, const Job& job) {
  const auto earlier = [](const Job& a, const Job& b) {
    return std::tie(a->action.place, a->action.sequence) < std::tie(b->action.place, b->action.sequence);
  };
  ApplyQueue& queue = queue_of(name);
  queue.second.insert(std::upper_bound(queue.second.begin(), queue.second.end(), job, earlier), job);
  return &queue;
}

ApplyQueue& ItemOrder::queue_of(std::uint64_t name) {
  if (unused_.empty()) return *queues_.try_emplace(name).first;
  unused_.back().key() = name;
  auto inserted = queues_.insert(std::move(unused_.back()));
  if (inserted.inserted) {
    unused_.pop_back();
  } else {
    unused_.back() = std::move(inserted.node);  // there is one of that name
  }
  return *inserted.position;
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
    if (entry == nullptr || entry->second.empty()) continue;  // the latter: two of its queues have one hash
    auto& queue = entry->second;
    const bool was_first = queue.front().get() == &job;
    std::erase_if(queue, [&](const Job& other) { return other.get() == &job; });
    if (queue.empty()) {
      unused_.push_back(queues_.extract(entry->first));
    } else if (was_first) {
      next.push_back(queue.front());
    }
  }
  std::erase_if(next, [&](const Job& other) { return !is_its_turn(*other); });
  return next;
}

std::vector<ItemOrder::Job> ItemOrder::hold_back(const ApplyJob& job) {
  std::vector<Job> waiting;
  const auto items = job.items(scanned_table_);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (job.queues.at(i) != nullptr) {
      const auto& queue = job.queues.at(i)->second;
      const auto self = std::find_if(queue.begin(), queue.end(), [&](const Job& other) { return other.get() == &job; });
      std::copy_if(self + 1, queue.end(), std::back_inserter(waiting), [&](const Job& other) {
        const auto others = other->items(scanned_table_);
        return std::find(others.begin(), others.end(), items[i]) != others.end();  // not just of the same hash
      });
    }
    held_back_.insert(items[i]);
  }
  return waiting;
}

void ItemOrder::hold_back(const journal::ActionRecord& action) { held_back_.insert(action.table + '\n' + action.key); }

}  // namespace drift::migrate
