// LeaseWatch: tells whether a lease is free, from what one process sees of its row and by its own clock, the one that
// also runs while the machine sleeps. For one thread at a time.
#pragma once

#include "base/clock.hpp"
#include "migrate/lease_row.hpp"

#include <chrono>
#include <optional>

namespace drift::migrate {

class LeaseWatch {
 public:
  LeaseWatch(const base::Clock& clock, std::chrono::milliseconds lease) noexcept : clock_(&clock), lease_(lease) {}

  // What a consistent read found that was answered just now.
  void see(std::optional<LeaseRow> row);
  [[nodiscard]] const std::optional<LeaseRow>& row() const noexcept { return row_; }

  // True iff any of: there is no row; it was given back; its owner is a process of this machine that has ended; the row
  // has been seen unchanged for a whole lease.
  [[nodiscard]] bool is_free() const;
  // How long the row has been seen unchanged.
  [[nodiscard]] base::BootTime unchanged_for() const;
  // True iff a read has found the row other than the read before.
  [[nodiscard]] bool has_changed() const noexcept { return changed_; }
  // Of the row's owner, as of the last read.
  [[nodiscard]] Life life() const noexcept { return life_; }

 private:
  const base::Clock* clock_;
  base::BootTime lease_;
  std::optional<LeaseRow> row_ = {};
  base::BootTime since_{};
  Life life_ = Life::unknown;
  bool seen_ = false;
  bool changed_ = false;
};

}  // namespace drift::migrate
