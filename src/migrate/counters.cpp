// Counters: see the header.
#include "migrate/counters.hpp"

#include <algorithm>

namespace drift::migrate {

void Counters::start_from(const journal::Totals& totals) noexcept {
  items_scanned = totals.items;
  callbacks_done = totals.callbacks;
  actions_queued = totals.queued;
  actions_done = totals.done;
  actions_skipped = totals.skipped;
  throttled = totals.throttled;
  gone = totals.gone;
  conflicts_resolved = totals.conflicts_resolved;
  in_doubt_applied = totals.in_doubt_applied;
  in_doubt_not_applied = totals.in_doubt_not_applied;
  retried = totals.retried;
  read_units = totals.read_units;
  write_units = totals.write_units;
}

void Counters::name(const std::string& run_id, const std::string& journal) {
  const std::scoped_lock lock(mutex_);
  run_id_ = run_id;
  journal_ = journal;
}

double Counters::cost(double more_read_units, double more_write_units) const noexcept {
  return ((read_units + more_read_units) * prices.million_read_units +
          (write_units + more_write_units) * prices.million_write_units) /
         1e6;
}

void Counters::set_pace(Pace pace, const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  pace_ = pace;
  pace_reason_ = reason;
}

void Counters::start_segments(const std::vector<journal::Cursor>& cursors) {
  const std::scoped_lock lock(mutex_);
  segments_.clear();
  for (const journal::Cursor& cursor : cursors) {
    segments_.push_back({.finished = cursor.finished, .is_whole = !cursor.finished && cursor.last_key.empty()});
  }
}

void Counters::read_segment(std::uint32_t segment, std::uint64_t items, bool finished) {
  const std::scoped_lock lock(mutex_);
  segments_.at(segment).items += items;
  segments_.at(segment).finished = finished;
}

Progress Counters::snapshot() const {
  const std::scoped_lock lock(mutex_);
  const auto segments_done =
      std::count_if(segments_.begin(), segments_.end(), [](const auto& s) { return s.finished; });
  return {.items_scanned = items_scanned,
          .items_estimated = items_estimated,
          .callbacks_done = callbacks_done,
          .callback_errors = callback_errors,
          .actions_queued = actions_queued,
          .actions_done = actions_done,
          .actions_skipped = actions_skipped,
          .action_errors = action_errors,
          .throttled = throttled,
          .read_units = read_units,
          .write_units = write_units,
          .phase = phase,
          .gone = gone,
          .conflicts_resolved = conflicts_resolved,
          .in_doubt_applied = in_doubt_applied,
          .in_doubt_not_applied = in_doubt_not_applied,
          .quarantined = quarantined,
          .retried = retried,
          .run_id = run_id_,
          .journal = journal_,
          .pace = pace_,
          .pace_reason = pace_reason_,
          .segments = static_cast<std::uint32_t>(segments_.size()),
          .segments_done = static_cast<std::uint32_t>(segments_done),
          .skew = skew_text(segments_),
          .cost = cost()};
}

}  // namespace drift::migrate
