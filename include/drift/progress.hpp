// Progress: where a run stands. Counts only grow, within a run and over its resumptions.
#pragma once

#include <cstdint>
#include <string>

namespace drift {

// With Apply::streaming the scan goes on while the phase is `applying`.
enum class Phase : std::uint8_t { preparing, scanning, applying, recording, finished };

// What keeps a run from being faster.
enum class Pace : std::uint8_t {
  full,       // nothing but the machine and the latency of the answers
  limited,    // the rate that was given
  throttled,  // the table, an index, a key range or the account refuses more
  paused,     // Controls::pause
};

struct Progress {
  std::uint64_t items_scanned = 0;
  std::uint64_t items_estimated = 0;  // DynamoDB's own count, about six hours old
  std::uint64_t callbacks_done = 0;   // without error
  std::uint64_t callback_errors = 0;
  std::uint64_t actions_queued = 0;
  std::uint64_t actions_done = 0;     // executed, or found to be executed already
  std::uint64_t actions_skipped = 0;  // the caller's own condition did not hold
  std::uint64_t action_errors = 0;
  std::uint64_t throttled = 0;  // actions and pages that the table refused for now; each is sent again
  double read_units = 0;        // RCU consumed
  double write_units = 0;       // WCU consumed
  Phase phase = Phase::preparing;
  // As in Report:
  std::uint64_t gone = 0;
  std::uint64_t conflicts_resolved = 0;
  std::uint64_t in_doubt_applied = 0;
  std::uint64_t in_doubt_not_applied = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t retried = 0;
  std::string run_id = {};   // empty until the run is known
  std::string journal = {};  // its file
  Pace pace = Pace::full;
  std::string pace_reason = {};  // in words, of any but full: "table Orders refuses more than about 870 WCU/s"
  std::uint32_t segments = 0;    // of the scan
  std::uint32_t segments_done = 0;
  std::string skew = {};  // not empty: one segment is far behind the others, in words
  double cost = 0;        // US dollars, by RunOptions::prices, of what was consumed
};

}  // namespace drift
