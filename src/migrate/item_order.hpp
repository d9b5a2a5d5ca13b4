// ItemOrder: whose turn it is. Two actions on one item, or of one callback, are never under way together and keep their
// order; all others go side by side. (Of one callback, so that what was applied when it has to be called again is
// always the beginning of what it queued.) An item where an action failed is held back: what comes later on it is not
// sent. For one thread.
#pragma once

#include "migrate/apply_job.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace drift::migrate {

class ItemOrder {
 public:
  using Job = std::shared_ptr<ApplyJob>;

  explicit ItemOrder(std::string scanned_table) : scanned_table_(std::move(scanned_table)) {}

  // False: one of its items is held back.
  [[nodiscard]] bool admits(const ApplyJob& job) const;
  // Puts a job at its place. True iff it is its turn.
  bool add(const Job& job);
  // True iff another one waits for one of its items.
  [[nodiscard]] bool has_next(const ApplyJob& job) const;
  // Takes a job out. Gives the jobs whose turn has come with that.
  std::vector<Job> remove(ApplyJob& job);
  // Holds the job's items back; gives the jobs behind it on them, which the caller has to remove. One before it may be
  // under way.
  std::vector<Job> hold_back(const ApplyJob& job);
  void hold_back(const journal::ActionRecord& action);
  [[nodiscard]] std::size_t held_back() const noexcept { return held_back_.size(); }

 private:
  using Queues = std::unordered_map<std::uint64_t, std::vector<Job>>;

  // Puts a job at its place in a queue.
  ApplyQueue* join(std::uint64_t name, const Job& job);
  ApplyQueue& queue_of(std::uint64_t name);
  [[nodiscard]] static bool is_its_turn(const ApplyJob& job);

  const std::string scanned_table_;
  // By the hashes of their names, of which nothing else has to be made and kept for each job. Two items with the same
  // one would go one after the other, which does no harm. Jobs point to the entries, which stay where they are while
  // the map grows.
  Queues queues_;
  std::vector<Queues::node_type> unused_;  // entries, kept for their memory
  std::unordered_set<std::string> held_back_;
};

}  // namespace drift::migrate
