// Report: what a run or an undo did.
#pragma once

#include <drift/error.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace drift {

enum class Outcome : std::uint8_t {
  applied,  // every action is done and the metadata table says so
  undone,   // every action of the undo is done and the metadata row is gone
  stopped,  // by RunOptions::stop; run it again to go on
  failed,   // not recorded as applied; `errors` says why and how to go on
  refused,  // nothing was done; `errors` says why
};

// "applied", "undone", ...
const char* outcome_text(Outcome outcome) noexcept;

struct Report {
  Outcome outcome = Outcome::failed;
  std::vector<Error> errors = {};  // the first 1,000
  std::uint64_t errors_total = 0;

  // Counts of the whole run, over all its resumptions.
  std::uint64_t items_scanned = 0;
  std::uint64_t callbacks_done = 0;
  std::uint64_t callback_errors = 0;
  std::uint64_t actions_queued = 0;
  std::uint64_t actions_done = 0;
  std::uint64_t skipped = 0;    // actions whose own condition did not hold
  std::uint64_t throttled = 0;  // requests that the table refused for now; each was sent again
  double read_units = 0;        // RCU consumed
  double write_units = 0;       // WCU consumed

  std::string run_id = {};
  std::string journal = {};  // its file, for as long as the run is unfinished; else empty

  // True iff the run did what was asked: applied or undone.
  [[nodiscard]] bool ok() const noexcept { return outcome == Outcome::applied || outcome == Outcome::undone; }
};

}  // namespace drift
