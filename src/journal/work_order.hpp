// WorkOrder: reads queued actions in the order in which they are due. That is the order of the queue, but for late
// actions, which stand behind the rows of their group; so a group's actions follow each other, always. Nothing here
// writes. For one thread at a time.
//
// What is settled is passed over without touching the queue; what lies between is read without asking for outcomes.
#pragma once

#include "journal/action_queue.hpp"
#include "journal/late_places.hpp"
#include "journal/outcome_table.hpp"
#include "journal/records.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace drift::journal {

using ActionWithOutcome = std::pair<ActionRecord, ActionOutcome>;

class WorkOrder {
 public:
  WorkOrder(Database& database, ActionQueue& queue, OutcomeTable& outcomes, const LatePlaces& late)
      : database_(&database), queue_(&queue), outcomes_(&outcomes), late_(&late) {}

  // Which part of the queue is asked for, and how much at most: whole groups, one at least.
  struct Range {
    std::uint64_t after = 0;           // places above this one
    std::uint64_t settled_prefix = 0;  // up to here no sequence need be looked at
    std::uint64_t last = 0;            // the last sequence
    std::size_t count = 0;
    std::size_t bytes_max = 0;
  };
  // Tells of an unsettled action whether it was sent perhaps; a verdict of `queued` with generation 0: it has none.
  using IsDoubtful = std::function<bool(const ActionRecord&, const OutcomeTable::Verdict&)>;
  std::vector<ActionRecord> pending(const Range& range, const IsDoubtful& is_doubtful);

  // All actions of a group, also replaced ones. `rows`: the queue's. Throws Error unless the group can be found.
  std::vector<ActionRecord> group(std::uint64_t group, const Rows& rows);
  // The first group that has rows of its own; of none: UINT64_MAX.
  std::uint64_t first_group(const Rows& rows);
  // Whole groups, one at least, from the last action with a place below `before` down.
  std::vector<ActionWithOutcome> backwards(std::uint64_t before, const Rows& rows, std::size_t count,
                                           std::size_t bytes_max);
  // An action with its place.
  ActionRecord action(std::uint64_t sequence);

 private:
  std::uint64_t first_of(std::uint64_t group, const Rows& rows);
  ActionWithOutcome with_outcome(ActionRecord&& row);

  Database* database_;
  ActionQueue* queue_;
  OutcomeTable* outcomes_;
  const LatePlaces* late_;
};

// Counts actions that are handed out, so that no group is parted: the one that does not fit is taken back.
class WholeGroups {
 public:
  WholeGroups(std::size_t count_max, std::size_t bytes_max) : count_max_(count_max), bytes_max_(bytes_max) {}

  // One more action was added. False: its group does not fit, and only the first whole() actions count.
  bool add(const ActionRecord& action) {
    if (action.group != group_) {
      whole_ = count_;
      group_ = action.group;
    }
    ++count_;
    bytes_ += action.bytes();
    return whole_ == 0 || (count_ <= count_max_ && bytes_ <= bytes_max_);
  }
  [[nodiscard]] std::size_t whole() const noexcept { return whole_; }

 private:
  std::size_t count_max_;
  std::size_t bytes_max_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t whole_ = 0;  // before the group that is being added
  std::uint64_t group_ = 0;
};

}  // namespace drift::journal
