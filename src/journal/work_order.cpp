#include "journal/work_order.hpp"

#include "journal/problem.hpp"

#include <algorithm>
#include <string>

namespace drift::journal {
namespace {

using Verdict = OutcomeTable::Verdict;

constexpr std::size_t reserved_max = 1'024;  // a usual count: growing would move each record once more

// One reading of what is due: merges the queue, the outcomes and the late actions.
class PendingWalk {
 public:
  PendingWalk(ActionQueue& queue, OutcomeTable& outcomes, const LatePlaces& late, const WorkOrder::Range& range,
              const WorkOrder::IsDoubtful& is_doubtful)
      : queue_(&queue),
        outcomes_(&outcomes),
        late_(&late),
        range_(range),
        is_doubtful_(&is_doubtful),
        next_(std::max(range.after, range.settled_prefix) + 1),
        walk_(outcomes, next_),
        verdict_(walk_.next()),
        groups_(range.count, range.bytes_max) {
    result_.reserve(std::min<std::size_t>({range.count, range.last - range.after, reserved_max}));
  }

  std::vector<ActionRecord> result() {
    const std::uint64_t end = range_.last + 1;
    for (auto late = late_->from_place(range_.after + 1); late != late_->end() && !full_; ++late) {
      read_rows(std::min(late->place + 1, end));
      if (!full_) {
        read_late(*late);
      }
    }
    if (!full_) {
      read_rows(end);
    }
    return std::move(result_);
  }

 private:
  // The rows up to `end` that are due in the order of the queue.
  void read_rows(std::uint64_t end) {
    while (next_ < end && !full_) {
      if (verdict_ && verdict_->sequence < next_) {
        verdict_ = walk_.next();
        continue;
      }
      const std::uint64_t with_outcome = verdict_ ? verdict_->sequence : end;
      const std::uint64_t elsewhere = late_->first_from(next_);
      if (const std::uint64_t plain_end = std::min({end, with_outcome, elsewhere}); plain_end > next_) {
        queue_->read(next_, plain_end, [this](ActionRecord&& action) { return take(std::move(action), Verdict{}); });
        next_ = plain_end;
        continue;
      }
      if (next_ != elsewhere && !OutcomeTable::is_settled(verdict_->state)) {
        take(queue_->get(next_), *verdict_);
      }
      ++next_;
    }
  }

  void read_late(const LatePlaces::Late& late) {
    const Verdict verdict = outcomes_->verdict(late.sequence).value_or(Verdict{});
    if (!OutcomeTable::is_settled(verdict.state)) {
      ActionRecord action = queue_->get(late.sequence);
      action.place = late.place;
      take(std::move(action), verdict);
    }
  }

  bool take(ActionRecord&& action, const Verdict& verdict) {
    action.maybe_sent = (*is_doubtful_)(action, verdict);
    action.tried = verdict.state == ActionState::failed || verdict.state == ActionState::quarantined;
    full_ = !groups_.add(action);
    result_.push_back(std::move(action));
    if (full_) {
      result_.erase(result_.begin() + static_cast<std::ptrdiff_t>(groups_.whole()), result_.end());
    }
    return !full_;
  }

  ActionQueue* queue_;
  OutcomeTable* outcomes_;
  const LatePlaces* late_;
  WorkOrder::Range range_;
  const WorkOrder::IsDoubtful* is_doubtful_;
  std::uint64_t next_;  // sequence
  OutcomeTable::Walk walk_;
  std::optional<Verdict> verdict_;  // the first one from next_ on, or one before it
  WholeGroups groups_;
  std::vector<ActionRecord> result_;
  bool full_ = false;
};

}  // namespace

std::vector<ActionRecord> WorkOrder::pending(const Range& range, const IsDoubtful& is_doubtful) {
  if (range.count == 0 || range.after >= range.last) {
    return {};
  }
  return PendingWalk(*queue_, *outcomes_, *late_, range, is_doubtful).result();
}

ActionRecord WorkOrder::action(std::uint64_t sequence) {
  ActionRecord result = queue_->get(sequence);
  result.place = late_->place_of(sequence);
  return result;
}

// Without late actions, groups rise with their sequences, and each has a row of its own there.
std::uint64_t WorkOrder::first_of(std::uint64_t group, const Rows& rows) {
  std::uint64_t low = std::min(std::max(group, rows.first), rows.last + 1);
  std::uint64_t high = rows.last + 1;
  while (low < high) {
    std::uint64_t probe = low + (high - low) / 2;
    const std::uint64_t middle = probe;
    while (probe < high && late_->contains(probe)) {
      ++probe;
    }
    if (probe < high && queue_->group_of(probe) < group) {
      low = probe + 1;
    } else {
      high = middle;
    }
  }
  while (late_->contains(low)) {
    ++low;
  }
  return low;
}

std::uint64_t WorkOrder::first_group(const Rows& rows) {
  std::uint64_t first = rows.first;
  while (late_->contains(first)) {
    ++first;
  }
  return first <= rows.last ? queue_->get(first).group : UINT64_MAX;
}

std::vector<ActionRecord> WorkOrder::group(std::uint64_t group, const Rows& rows) {
  std::vector<ActionRecord> result;
  const std::uint64_t first = first_of(group, rows);
  if (first <= rows.last) {
    queue_->read(first, std::min(late_->first_from(first), rows.last + 1), [&](ActionRecord&& row) {
      const bool member = row.group == group;
      if (member) {
        result.push_back(std::move(row));
      }
      return member;
    });
  }
  if (result.empty()) {
    throw damaged(database_->file(), "the actions of group " + std::to_string(group) + " are missing");
  }
  for (const std::uint64_t sequence : late_->at(result.back().sequence)) {
    result.push_back(action(sequence));
  }
  return result;
}

ActionWithOutcome WorkOrder::with_outcome(ActionRecord&& row) {
  auto outcome = outcomes_->find(row.sequence);
  if (!outcome) {
    outcome = ActionOutcome{.sequence = row.sequence, .state = ActionState::queued};
  }
  return {std::move(row), std::move(*outcome)};
}

std::vector<ActionWithOutcome> WorkOrder::backwards(std::uint64_t before, const Rows& rows, std::size_t count,
                                                    std::size_t bytes_max) {
  std::vector<ActionWithOutcome> result;
  if (before == 0 || count == 0) {
    return result;
  }
  WholeGroups groups(count, bytes_max);
  const auto take = [&](ActionRecord&& one) {
    const bool fits = groups.add(one);
    if (fits) {
      result.push_back(with_outcome(std::move(one)));
    } else {
      result.erase(result.begin() + static_cast<std::ptrdiff_t>(groups.whole()), result.end());
    }
    return fits;
  };
  queue_->read_down({.first = rows.first, .last = std::min(before - 1, rows.last)}, [&](ActionRecord&& row) {
    if (late_->contains(row.sequence)) {
      return true;
    }
    const std::vector<std::uint64_t> behind = late_->at(row.sequence);
    for (auto sequence = behind.rbegin(); sequence != behind.rend(); ++sequence) {
      if (!take(action(*sequence))) {
        return false;
      }
    }
    return take(std::move(row));
  });
  return result;
}

}  // namespace drift::journal
