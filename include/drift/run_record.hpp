// RunRecord: what the run table keeps of one run or undo, while it lasts and afterwards.
#pragma once

#include <drift/report.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift {

// Times are UTC, ISO 8601, by the clock of the machine that wrote them.
struct RunRecord {
  std::string run_id = {};
  std::uint64_t number = 0;    // of the migration
  std::string direction = {};  // "up", "down"
  std::string table = {};
  std::string table_id = {};  // another one after the table was created anew or restored
  std::string host = {};      // where it runs, or ran last
  std::string user = {};
  std::uint64_t pid = 0;
  std::string version = {};           // drift's
  std::string revision = {};          // of the migration's code
  std::string started = {};           // when the run was created; kept when it is resumed
  std::string changed = {};           // when this record was written last
  std::string ended = {};             // empty: it has not ended, or its process ended without a word
  std::string phase = {};             // "scan", "apply", "record", "done"; written before it begins
  Outcome outcome = Outcome::failed;  // once `ended` is set
  std::string problem = {};           // the first error in words; empty: none
  std::string journal = {};           // its file, on `host`
  std::uint64_t generation = 0;       // how often its journal was opened
  std::uint64_t epoch = 0;            // of its stamps
  std::string stamp = {};             // RunOptions::stamp; empty: unstamped
  bool restartable = false;  // every action is stamped or has a marker: it can be started again without its journal

  std::uint64_t items_scanned = 0;
  std::uint64_t callbacks_done = 0;
  std::uint64_t callback_errors = 0;
  std::uint64_t actions_queued = 0;
  std::uint64_t actions_done = 0;
  std::uint64_t skipped = 0;
  std::uint64_t gone = 0;
  std::uint64_t conflicts_resolved = 0;
  std::uint64_t in_doubt_applied = 0;
  std::uint64_t in_doubt_not_applied = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t throttled = 0;
  std::uint64_t retried = 0;
  double read_units = 0;   // RCU consumed
  double write_units = 0;  // WCU consumed

  std::string description = {};  // of the migration as it was then

  // Neither done nor given up: running the migration again goes on with it.
  [[nodiscard]] bool is_unfinished() const noexcept {
    if (phase == phase_given_up) return false;
    return ended.empty() || !(outcome == Outcome::applied || outcome == Outcome::undone);
  }
  static constexpr std::string_view phase_given_up =
      "given up";  // by hand, or since it had sent nothing and its code was changed
};

// Of a migration's runs, newest first (Migrator::history), those that can be gone on with or given up. A run that came
// to its end has finished what was begun before it, too.
std::vector<RunRecord> unfinished_runs(std::vector<RunRecord> history);

}  // namespace drift
