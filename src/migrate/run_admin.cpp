// RunAdmin: see the header.
#include "migrate/run_admin.hpp"

#include "client/core.hpp"
#include "migrate/counters.hpp"
#include "migrate/lease_holder.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/ledger.hpp"
#include "migrate/preflight.hpp"
#include "migrate/resume.hpp"
#include "migrate/run_row.hpp"
#include "migrate/segments.hpp"
#include "migrate/state_directory.hpp"
#include "value/attribute_json.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <algorithm>
#include <limits>
#include <stop_token>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionOutcome;
using journal::ActionState;
using journal::Journal;

constexpr std::size_t failures_max = 100'000;

const char* action_text(ActionKind kind) {
  switch (kind) {
    case ActionKind::update:
      return "update";
    case ActionKind::insert:
      return "insert";
    case ActionKind::put:
      return "put";
    case ActionKind::remove:
      return "remove";
    case ActionKind::recall:
      break;
  }
  return "callback";
}

ActionState state_after(Resolution resolution) {
  switch (resolution) {
    case Resolution::done:
      return ActionState::done;
    case Resolution::skip:
      return ActionState::skipped;
    case Resolution::again:
      break;
  }
  return ActionState::queued;
}

const char* resolution_text(Resolution resolution) {
  if (resolution == Resolution::done) return "done";
  return resolution == Resolution::skip ? "skip" : "again";
}

[[noreturn]] void refuse(std::string code, std::string message, std::string next_step) {
  throw Error({.code = std::move(code), .message = std::move(message), .next_step = std::move(next_step)});
}

using Left = std::vector<std::pair<journal::ActionRecord, ActionOutcome>>;

// What failed, is quarantined or in doubt; and the callbacks that failed while the table was read, which nobody has
// called again so far.
Left left_over(Journal& journal) {
  constexpr std::size_t together = 4'096;
  constexpr std::size_t bytes_max = std::size_t{8} << 20U;
  Left left = journal.troubles(failures_max);
  if (journal.phase() > journal::RunPhase::applying) return left;
  for (std::uint64_t after = 0; left.size() < failures_max;) {
    const auto actions = journal.pending(after, together, bytes_max);
    if (actions.empty()) break;
    after = actions.back().place;
    for (const journal::ActionRecord& action : actions) {
      const bool is_failed = action.kind == ActionKind::recall && action.ordinal != journal::recall_half_stamped;
      if (!is_failed || action.tried) continue;
      left.emplace_back(
          action, ActionOutcome{.sequence = action.sequence, .state = ActionState::failed, .detail = action.item});
    }
  }
  return left;
}

}  // namespace

RunAdmin::RunAdmin(Client& client, const MigratorOptions& options)
    : client_(&client), options_(&options), run_table_(client, options.meta_table) {}

std::string RunAdmin::time_text() const { return iso_time(client_->core().loop().clock().system()); }

// The journal, opened for a change under the lease, if it is the run's and no older copy.
std::unique_ptr<Journal> RunAdmin::open_as_it_was(RunRecord& run) {
  const auto file = journal_of(run);
  bool distrusted = false;
  {
    const auto before = Journal::open(file, {.look_only = true});
    if (before->header().run_id != run.run_id) {
      refuse("OtherRun", "the journal " + file.string() + " is of another run, " + before->header().run_id,
             "Nothing was changed.");
    }
    distrusted = is_distrusted(*before, run);
  }
  auto journal = Journal::open(file, {.distrusted = distrusted});
  run.generation = journal->generation();
  return journal;
}

RunRecord RunAdmin::record_of(std::string_view run_id) {
  run_table_.describe();
  auto run = run_table_.find(run_id);
  if (!run) {
    refuse("NoSuchRun", "there is no run " + std::string(run_id) + " in " + run_table_.name(),
           "Migrator::history lists the runs of a migration.");
  }
  return *std::move(run);
}

std::filesystem::path RunAdmin::file_of(std::uint64_t number, std::string_view what) {
  return journal_file(options_->state_dir, Ledger(*client_, options_->meta_table).describe(), number, what);
}

std::filesystem::path RunAdmin::journal_of(const RunRecord& run) {
  auto file = file_of(run.number, run.direction);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return file;
  refuse("NoJournal", "the run " + run.run_id + " has no unfinished journal in " + options_->state_dir.string(),
         run.journal.empty() ? "Nothing of it is left to decide."
                             : "Its journal was " + run.journal + " on " + run.host + ": do it there.");
}

std::vector<Failure> RunAdmin::failures(std::string_view run_id) {
  const auto file = journal_of(record_of(run_id));
  const auto journal = Journal::open(file, {.look_only = true});
  std::vector<Failure> failures;
  if (journal->header().run_id != run_id) return failures;
  for (const auto& [action, outcome] : left_over(*journal)) {
    failures.push_back({.table = action.table,
                        .key = value::parse_attributes(action.key),
                        .action = action_text(action.kind),
                        .expression = action.expression,
                        .reason = outcome.detail,
                        .attempts = std::uint64_t{1} + outcome.retried + outcome.throttled,
                        .in_doubt = outcome.state == ActionState::in_doubt});
  }
  return failures;
}

bool RunAdmin::count(RunRecord& run) {
  const auto file = file_of(run.number, run.direction);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return false;
  try {
    const auto journal = Journal::open(file, {.look_only = true});
    if (journal->header().run_id != run.run_id) return false;
    const journal::Totals totals = journal->totals();
    Counters counters;
    counters.start_from(totals);
    counters.quarantined = totals.quarantined + totals.in_doubt;
    take_counts(run, counters.snapshot());
    return true;
  } catch (const Error&) {
    return false;  // whoever goes on with the run is told what is wrong with it
  }
}

void RunAdmin::resolve(std::string_view run_id, const Attributes& key, Resolution resolution) {
  const auto wanted = [&](const journal::ActionRecord& action) { return value::parse_attributes(action.key) == key; };
  under_lease(record_of(run_id), [&](RunRecord& run) {
    const auto journal = open_as_it_was(run);
    std::vector<ActionOutcome> decided;
    for (auto& [action, outcome] : left_over(*journal)) {
      if (!wanted(action)) continue;
      ActionOutcome decision{.sequence = action.sequence, .state = state_after(resolution)};
      decision.detail = std::string(resolution_text(resolution)) + ", decided by " + run.user + " on " + run.host +
                        " at " + time_text() + " (was: " + outcome.detail + ")";
      decided.push_back(std::move(decision));
    }
    if (decided.empty()) {
      refuse("NoSuchFailure", "the run " + run.run_id + " has no failed or doubtful action on the item " + to_json(key),
             "Migrator::failures lists them.");
    }
    journal->record(decided);
  });
}

void RunAdmin::restart(std::uint64_t number) {
  run_table_.describe();
  for (const RunRecord& run : unfinished_runs(run_table_.history(number))) {
    under_lease(run, [&](RunRecord& given_up) {
      Journal::remove(file_of(number, given_up.direction));
      given_up.phase = RunRecord::phase_given_up;
      given_up.ended = time_text();
      given_up.problem = "given up by " + given_up.user + " on " + given_up.host;
    });
  }
}

void RunAdmin::adopt(std::uint64_t number) {
  run_table_.describe();
  for (const RunRecord& run : unfinished_runs(run_table_.history(number))) {
    under_lease(run, [&](RunRecord& adopted) {
      const auto file = journal_of(adopted);
      check_adoptable(*Journal::open(file, {.look_only = true}), adopted);
      const auto journal = Journal::open(file, {.distrusted = true});
      adopted.generation = journal->generation();
      adopted.journal = journal->file();
    });
    return;
  }
  refuse("NoSuchRun", "migration " + std::to_string(number) + " has no unfinished run",
         "Migrator::history lists its runs.");
}

bool RunAdmin::prune(std::uint64_t number) {
  run_table_.describe();
  check_finished(number, "Nothing was changed: what is kept may be needed to go on.");
  const auto file = file_of(number, "applied");
  std::error_code ignored;
  const bool was_there = std::filesystem::exists(file, ignored);
  Journal::remove(file);
  return was_there;
}

void RunAdmin::mark_applied(const Migration& migration) {
  mark(migration.number, [&](Ledger& ledger, const TransactAction& lease) {
    if (const auto row = ledger.row(migration.number)) {
      refuse("AlreadyApplied",
             "migration " + std::to_string(migration.number) + " is already applied to table " + row->table,
             "Nothing was changed.");
    }
    TableCatalog catalog(*client_);
    const auto table = find_table(*client_, catalog, migration.table);
    ledger.put({.number = migration.number,
                .table = table->description.name,
                .description = migration.description,
                .table_id = table->description.id,
                .applied_at = time_text(),
                .run_id = run_of_state(run_table_.history(migration.number), table->description.id),
                .revision = migration.revision},
               lease);
  });
}

void RunAdmin::mark_pending(std::uint64_t number) {
  mark(number, [&](Ledger& ledger, const TransactAction& lease) {
    if (!ledger.row(number)) {
      refuse("NotApplied", "migration " + std::to_string(number) + " is not applied", "Nothing was changed.");
    }
    ledger.remove(number, lease);
  });
}

void RunAdmin::mark(std::uint64_t number, const std::function<void(Ledger&, const TransactAction& lease)>& work) {
  Ledger ledger(*client_, options_->meta_table);
  ledger.describe();
  run_table_.describe();
  LeaseHolder lease(*client_, run_table_.name());
  if (!lease.acquire(number, "", options_->lock_timeout, {}, [](const Error&) {})) return;
  check_finished(number, "Nothing was changed.");
  work(ledger, lease.check());
}

void RunAdmin::check_finished(std::uint64_t number, const std::string& safe) {
  const auto runs = unfinished_runs(run_table_.history(number));
  if (runs.empty()) return;
  refuse("Unfinished",
         "migration " + std::to_string(number) + " has an unfinished run, " + runs.front().run_id + " (" +
             runs.front().direction + ")",
         safe + " Call Migrator::run again to finish it, or Migrator::restart to give it up.");
}

void RunAdmin::under_lease(RunRecord run, const std::function<void(RunRecord&)>& work) {
  LeaseHolder lease(*client_, run_table_.name());
  const bool taken = lease.acquire(run.number, run.run_id, options_->lock_timeout, {}, [](const Error&) {});
  if (!taken) return;
  const ProcessIdentity who = this_process();
  run.host = who.host;
  run.user = who.user;
  run.pid = who.pid;
  work(run);
  run_table_.write(run, lease.check());
}

}  // namespace drift::migrate
