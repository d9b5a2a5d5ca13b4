// Counters: the counts of a run while it goes on, written by many threads and read by the progress reporter. Each only
// grows. A resumed run starts with what its journal has.
#pragma once

#include "journal/records.hpp"
#include "migrate/skew.hpp"

#include <drift/progress.hpp>
#include <drift/run_options.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace drift::migrate {

struct Counters {
  std::atomic<std::uint64_t> items_scanned = 0;
  std::atomic<std::uint64_t> items_estimated = 0;
  std::atomic<std::uint64_t> callbacks_done = 0;
  std::atomic<std::uint64_t> callback_errors = 0;
  std::atomic<std::uint64_t> actions_queued = 0;
  std::atomic<std::uint64_t> actions_done = 0;
  std::atomic<std::uint64_t> actions_skipped = 0;
  std::atomic<std::uint64_t> action_errors = 0;
  std::atomic<std::uint64_t> recall_errors = 0;  // of both callback_errors and action_errors: one error
  std::atomic<std::uint64_t> throttled = 0;
  std::atomic<double> read_units = 0;
  std::atomic<double> write_units = 0;
  std::atomic<std::uint64_t> gone = 0;
  std::atomic<std::uint64_t> conflicts_resolved = 0;
  std::atomic<std::uint64_t> in_doubt_applied = 0;
  std::atomic<std::uint64_t> in_doubt_not_applied = 0;
  std::atomic<std::uint64_t> quarantined = 0;
  std::atomic<std::uint64_t> retried = 0;
  std::atomic<Phase> phase = Phase::preparing;
  Prices prices = {};  // set before the run begins

  void start_from(const journal::Totals& totals) noexcept;
  void name(const std::string& run_id, const std::string& journal);
  void set_pace(Pace pace, const std::string& reason);
  // US dollars, of what was consumed and of so many units more.
  [[nodiscard]] double cost(double more_read_units = 0, double more_write_units = 0) const noexcept;
  // Of the whole scan, one for each segment.
  void start_segments(const std::vector<journal::Cursor>& cursors);
  // So many more items of a segment were read, `finished` with its last.
  void read_segment(std::uint32_t segment, std::uint64_t items, bool finished);
  [[nodiscard]] Progress snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::string run_id_;
  std::string journal_;
  Pace pace_ = Pace::full;
  std::string pace_reason_;
  std::vector<SegmentCount> segments_;
};

}  // namespace drift::migrate
