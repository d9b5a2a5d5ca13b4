// TrimPoint: up to where the beginning of the queue may be dropped, which is the end of a group: all groups up to there
// are finished, late actions included, and none has an action whose marker is yet to be removed. Nothing here writes.
// For one thread at a time.
//
// It remembers up to where it has found everything finished, so that a search costs what is new.
#pragma once

#include "journal/action_queue.hpp"
#include "journal/late_places.hpp"
#include "journal/outcome_table.hpp"

#include <cstdint>

namespace drift::journal {

class TrimPoint {
 public:
  // What is dropped together: more would keep others waiting, less would cost a commit more often.
  static constexpr std::uint64_t rows_max = 16'384;

  TrimPoint(ActionQueue& queue, OutcomeTable& outcomes, const LatePlaces& late)
      : queue_(&queue), outcomes_(&outcomes), late_(&late) {}

  // The last sequence that may be dropped, at most rows_max behind the first of `rows` unless its group is larger; one
  // below it when there is none.
  std::uint64_t find(const Rows& rows);
  // An outcome says of this action that something is left to do.
  void is_unfinished(std::uint64_t sequence) noexcept;

 private:
  std::uint64_t end_within(const Rows& rows, std::uint64_t most);
  std::uint64_t before_obstacles(std::uint64_t first, std::uint64_t end);
  std::uint64_t before_markers(std::uint64_t first, std::uint64_t end);
  std::uint64_t before_parted_group(const Rows& rows, std::uint64_t end);
  std::uint64_t before_group_of(std::uint64_t first, std::uint64_t sequence);
  bool is_obstacle(std::uint64_t late_sequence);

  ActionQueue* queue_;
  OutcomeTable* outcomes_;
  const LatePlaces* late_;
  std::uint64_t finished_ = 0;  // every action up to here is
};

}  // namespace drift::journal
