// Run: its phases up to the last action. How a run is recorded and what is kept of it is in run_end.cpp.
#include "base/failpoint.hpp"
#include "migrate/action_stream.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/restore_phase.hpp"
#include "migrate/run.hpp"
#include "migrate/scan_phase.hpp"
#include "migrate/segments.hpp"
#include "value/attribute_json.hpp"

#include <exception>
#include <limits>
#include <thread>

namespace drift::migrate {

namespace {

using journal::ActionState;
using journal::Journal;
using journal::RunPhase;

// An action that waits for a decision since an earlier attempt.
Error in_doubt_before(const journal::ActionRecord& action, const journal::ActionOutcome& outcome) {
  return Error({.code = "InDoubt",
                .message = "in doubt since an earlier attempt: " + outcome.detail,
                .table = action.table,
                .key = value::parse_attributes(action.key),
                .next_step = "Compare the item with the action, then say with Migrator::resolve whether it counts as "
                             "done, is to be done again, or is skipped.",
                .in_doubt = true});
}

}  // namespace

bool Run::go_through_phases(RunContext& run) {
  if (phase_ == RunPhase::scanning && !streams_ && !scan(run)) return false;
  if (phase_ <= RunPhase::applying && !apply(run)) return false;
  return record(run);
}

std::vector<journal::Cursor> Run::cursors() {
  std::vector<journal::Cursor> cursors;
  writer_->with_journal([&](Journal& journal) { cursors = all_cursors(journal); });
  return cursors;
}

bool Run::scan(RunContext& run) {
  counters_.phase = Phase::scanning;
  DRIFT_FAILPOINT("scan.row.before");
  write_row("scan");
  DRIFT_FAILPOINT("scan.row.after");
  const std::vector<journal::Cursor> from = cursors();
  if (!are_finished(from)) {
    if (applied_) {
      RestorePhase(run, *applied_).execute(from.front());
    } else {
      ScanPhase(run).execute(from);
    }
  }
  if (run.over_budget()) {
    give_up_journal();
    return false;
  }
  return !run.halted();
}

// The model's step_barrier and step_apply.
bool Run::apply(RunContext& run) {
  counters_.phase = Phase::applying;
  row_.restartable = !row_.stamp.empty();  // every action is stamped or has a marker
  DRIFT_FAILPOINT("barrier.row.before");
  write_row("apply");
  DRIFT_FAILPOINT("barrier.row.after");
  DRIFT_FAILPOINT("barrier.phase.before");
  writer_->with_journal([](Journal& journal) { journal.set_phase(RunPhase::applying); });
  DRIFT_FAILPOINT("barrier.phase.after");
  describe_targets();
  const auto policy = settings_.policy(write_settings(), static_cast<bool>(run.callback));
  ApplyLimits limits = settings_.limits;
  if (options_.concurrency == 1) limits.in_flight_max = 1;
  const std::uint64_t first_new_recall = (phase_ == RunPhase::scanning && !applied_) || streams_
                                             ? queued_before_ + 1
                                             : std::numeric_limits<std::uint64_t>::max();
  const auto applier = std::make_shared<Applier>(run, *policy, limits, first_new_recall);
  hold_back_doubts(run, *applier);
  if (streams_) {
    scan_and_apply(run, *applier);
  } else {
    applier->execute();
  }
  items_ = applier->sample().items();
  is_cut_ = applier->sample().is_cut();

  bool complete = false;
  writer_->with_journal([&](Journal& journal) {
    complete = is_scanned(journal) && journal.totals().complete();
    DRIFT_FAILPOINT("record.phase.before");
    if (complete) journal.set_phase(RunPhase::recording);
    DRIFT_FAILPOINT("record.phase.after");
  });
  return complete;
}

// What the queue writes to and this process has not met, since another one queued it: its capacity and indexes are what
// the pace goes by. Where that cannot be had, the actions themselves say what is wrong.
void Run::describe_targets() {
  std::vector<std::string> tables;
  writer_->with_journal([&](Journal& journal) { tables = journal.tables(); });
  for (const std::string& table : tables) {
    try {
      catalog_.find(table);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the actions say it
    }
  }
}

void Run::hold_back_doubts(RunContext& run, Applier& applier) {
  writer_->with_journal([&](Journal& journal) {
    for (const auto& [action, outcome] : journal.troubles(settings_.limits.held_back_max, ActionState::in_doubt)) {
      applier.hold_back(action);
      errors_.add(in_doubt_before(action, outcome));
      ++counters_.action_errors;
      ++counters_.quarantined;
    }
  });
  // A scan would be for nothing: it ends with the first page that is handed on.
  if (run.stream) run.check_budget();
}

// Each ends when the run is halted, whoever halts it; and the applier when the scan has ended and the queue is empty.
void Run::scan_and_apply(RunContext& run, Applier& applier) {
  std::exception_ptr of_scan;
  const auto scan = [&, from = cursors()] {
    try {
      ScanPhase(run).execute(from);
    } catch (...) {
      of_scan = std::current_exception();
      run.halt.request_stop();
    }
    run.stream->end();
  };
  {
    const std::jthread beside(scan);
    try {
      applier.execute();
    } catch (...) {
      run.halt.request_stop();
      throw;
    }
  }
  if (of_scan) std::rethrow_exception(of_scan);
}

}  // namespace drift::migrate
