// Report: what a run or an undo did.
#pragma once

#include <drift/error.hpp>
#include <drift/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace drift {

enum class Outcome : std::uint8_t {
  applied,  // every action is done and the metadata table says so
  undone,   // every action of the undo is done and the metadata row is gone
  stopped,  // by RunOptions::stop; run it again to go on
  failed,   // not recorded as applied; `errors` says why and how to go on
  // Not recorded as applied: items are left that were changed too often (tried again by the next run) or whose write
  // may have been executed (Migrator::resolve decides).
  quarantined,
  refused,  // nothing was done; `errors` says why
  locked,   // nothing was done: another process runs this migration; `errors` says which
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
  std::uint64_t gone = 0;                  // actions whose item was deleted meanwhile; it was not created again
  std::uint64_t conflicts_resolved = 0;    // callbacks called again because a live writer was first
  std::uint64_t in_doubt_applied = 0;      // lost answers, of writes that turned out to be executed
  std::uint64_t in_doubt_not_applied = 0;  // and not to be; they were sent again
  std::uint64_t quarantined = 0;           // actions left for the next run, or for a decision
  std::uint64_t skipped = 0;               // actions whose own condition did not hold
  std::uint64_t retried = 0;               // requests sent again, but for throttling
  std::uint64_t throttled = 0;             // actions and pages that the table refused for now; each was sent again
  double read_units = 0;                   // RCU consumed
  double write_units = 0;                  // WCU consumed

  std::string run_id = {};
  std::string journal = {};  // its file: of an unfinished run, or kept for an undo; else empty
  // What a person should know beside: replicas of the table in other regions, a scan begun anew.
  std::vector<std::string> notes = {};
  // Where the run stopped at RunOptions::items_max, and for nothing else: the keys of the items that were executed.
  std::vector<Attributes> items = {};
  double cost = 0;  // US dollars, by RunOptions::prices, of what was consumed

  // True iff the run did what was asked: applied or undone.
  [[nodiscard]] bool ok() const noexcept { return outcome == Outcome::applied || outcome == Outcome::undone; }
};

}  // namespace drift
