#include "journal/trim_point.hpp"

#include <algorithm>

namespace drift::journal {

std::uint64_t TrimPoint::find(const Rows& rows) {
  const std::uint64_t before = rows.first - 1;
  const std::uint64_t end = end_within(rows, std::min(rows.last, before + rows_max));
  return end > before || finished_ < before + rows_max ? end : end_within(rows, rows.last);
}

void TrimPoint::is_unfinished(std::uint64_t sequence) noexcept {
  if (sequence <= finished_) {
    finished_ = sequence - 1;
  }
}

std::uint64_t TrimPoint::end_within(const Rows& rows, std::uint64_t most) {
  finished_ = std::max(finished_, rows.first - 1);
  if (finished_ < most) {
    finished_ = outcomes_->finished_up_to(finished_, most);
  }
  std::uint64_t end = std::min(finished_, most);
  end = before_obstacles(rows.first, end);
  end = before_markers(rows.first, end);
  return before_parted_group(rows, end);
}

// Late actions lie behind, but count for their group.
std::uint64_t TrimPoint::before_obstacles(std::uint64_t first, std::uint64_t end) {
  for (auto late = late_->from_place(first); late != late_->end() && late->place <= end; ++late) {
    if (is_obstacle(late->sequence)) {
      return before_group_of(first, late->place);
    }
  }
  return end;
}

bool TrimPoint::is_obstacle(std::uint64_t late_sequence) {
  const auto verdict = outcomes_->verdict(late_sequence);
  return !verdict || !OutcomeTable::is_finished(verdict->state) ||
         (queue_->may_have_markers() && queue_->get(late_sequence).repeat == RepeatKind::marker);
}

std::uint64_t TrimPoint::before_markers(std::uint64_t first, std::uint64_t end) {
  if (!queue_->may_have_markers()) {
    return end;
  }
  std::uint64_t marker = 0;
  queue_->read(first, end + 1, [&](ActionRecord&& action) {
    // A late one was looked at with its group.
    marker = action.repeat == RepeatKind::marker && !late_->contains(action.sequence) ? action.sequence : 0;
    return marker == 0;
  });
  return marker == 0 ? end : before_group_of(first, marker);
}

// Where the group goes on behind the end, all of it stays.
std::uint64_t TrimPoint::before_parted_group(const Rows& rows, std::uint64_t end) {
  if (end < rows.first || end == rows.last || late_->contains(end) || late_->contains(end + 1) ||
      queue_->get(end).group != queue_->get(end + 1).group) {
    return end;
  }
  return before_group_of(rows.first, end);
}

// The sequence before the rows of the group that has this row as its own; late ones never stand between them.
std::uint64_t TrimPoint::before_group_of(std::uint64_t first, std::uint64_t sequence) {
  const std::uint64_t group = queue_->get(sequence).group;
  std::uint64_t before = first - 1;
  queue_->read_down({.first = first, .last = sequence}, [&](ActionRecord&& action) {
    if (late_->contains(action.sequence) || action.group != group) {
      before = action.sequence;
      return false;
    }
    return true;
  });
  return before;
}

}  // namespace drift::journal
