// Run: see the header.
#include "migrate/run.hpp"

#include "base/random.hpp"
#include "migrate/applier.hpp"
#include "migrate/progress_reporter.hpp"
#include "migrate/scan_phase.hpp"
#include "migrate/state_directory.hpp"
#include "value/attribute_json.hpp"

#include <drift/version.hpp>

#include <array>
#include <ctime>
#include <optional>
#include <stop_token>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionState;
using journal::Journal;
using journal::JournalWriter;
using journal::RunPhase;

std::string iso_time(base::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

// An action whose answer was lost in an earlier attempt at this run.
Error in_doubt_before(const journal::ActionRecord& action, const journal::ActionOutcome& outcome) {
  return Error({.code = "AnswerLost",
                .message = "in doubt since an earlier attempt: " + outcome.detail,
                .table = action.table,
                .key = value::parse_attributes(action.key),
                .next_step = "It is not sent again by itself: read the item, and compare it with the action.",
                .in_doubt = true});
}

}  // namespace

Run::Run(Client& client, const MigratorOptions& migrator, const Migration& migration, Direction direction,
         const RunOptions& options)
    : client_(client),
      migrator_(migrator),
      migration_(migration),
      direction_(direction),
      options_(options),
      catalog_(client),
      ledger_(client, migrator.meta_table) {}

Report Run::execute() {
  Outcome outcome = Outcome::failed;
  {
    const ProgressReporter reporter(counters_, options_.on_progress);
    outcome = carry_out();
    counters_.phase = Phase::finished;
  }
  const Progress counts = counters_.snapshot();
  return {.outcome = outcome,
          .errors = errors_.errors(),
          .errors_total = errors_.total(),
          .items_scanned = counts.items_scanned,
          .callbacks_done = counts.callbacks_done,
          .callback_errors = counts.callback_errors,
          .actions_queued = counts.actions_queued,
          .actions_done = counts.actions_done,
          .skipped = counts.actions_skipped,
          .throttled = counts.throttled,
          .read_units = counts.read_units,
          .write_units = counts.write_units,
          .run_id = run_id_,
          .journal = journal_file_.string()};
}

Outcome Run::carry_out() {
  if (options_.stop.stop_requested()) return Outcome::stopped;
  try {
    prepare();
  } catch (const Error& error) {
    errors_.add(error);
    return Outcome::refused;
  }
  bool recorded = false;
  try {
    writer_ = std::make_unique<JournalWriter>(std::move(journal_));
    RunContext run{.client = client_,
                   .options = options_,
                   .callback = direction_ == Direction::up ? migration_.up : migration_.down,
                   .catalog = catalog_,
                   .table = table_,
                   .key = std::make_shared<const KeySchema>(table_->description.key),
                   .journal = *writer_,
                   .counters = counters_,
                   .errors = errors_};
    const std::stop_callback stopped(options_.stop, [halt = run.halt]() mutable { halt.request_stop(); });
    recorded = go_through_phases(run);
  } catch (const Error& error) {
    errors_.add(error);
  }
  if (recorded) return direction_ == Direction::up ? Outcome::applied : Outcome::undone;
  // A stop is what the caller wanted; with errors of callbacks there is nothing to go on with.
  const bool stopped = options_.stop.stop_requested() && counters_.callback_errors == 0;
  return stopped ? Outcome::stopped : Outcome::failed;
}

void Run::prepare() {
  check_request(migration_, direction_, options_);
  const TableDescription meta = ledger_.describe();
  const auto file_of = [&](Direction direction) {
    return journal_file(migrator_.state_dir, meta, migration_.number, direction_text(direction));
  };
  const auto file = file_of(direction_);
  const auto other = file_of(direction_ == Direction::up ? Direction::down : Direction::up);
  if (std::filesystem::exists(other)) {
    const std::string what = direction_ == Direction::up ? "undo" : "run";
    throw Error(
        {.code = "OtherRun",
         .message = "an unfinished " + what + " of migration " + std::to_string(migration_.number) +
                    " has to be finished first",
         .table = migration_.table,
         .next_step = "Nothing was done. Call Migrator::" + what + " again: it goes on with " + other.string() + "."});
  }
  if (std::filesystem::exists(file)) journal_ = Journal::open(file);
  // A run that ended between the ledger's row and the end of its journal finds its own row.
  const bool recording = journal_ && journal_->phase() == RunPhase::recording;
  check_ledger(migration_, direction_, ledger_.row(migration_.number), options_.allow_applied, recording);
  table_ = check_table(client_, catalog_, migration_.table);
  ledger_.prove_writable();
  begin_or_resume(file);
}

void Run::begin_or_resume(const std::filesystem::path& file) {
  if (journal_) {
    check_resumable(journal_->header(), table_->description, migrator_.meta_table, file);
  } else {
    journal_ = Journal::create(file, header());
  }
  journal_file_ = file;
  phase_ = journal_->phase();
  run_id_ = journal_->header().run_id;
  counters_.start_from(journal_->totals());
  counters_.items_estimated = table_->description.items_estimated;
}

journal::RunHeader Run::header() const {
  const TableDescription& table = table_->description;
  return {.run_id = base::random_uuid(),
          .number = migration_.number,
          .direction = std::string(direction_text(direction_)),
          .meta_table = migrator_.meta_table,
          .table = table.name,
          .table_arn = table.arn,
          .table_id = table.id,
          .key_schema = key_schema_text(table.key),
          .created_at = iso_time(client_.core().loop().clock().system()),
          .drift_version = version_text};
}

bool Run::go_through_phases(RunContext& run) {
  if (phase_ == RunPhase::scanning && !scan(run)) return false;
  if (phase_ <= RunPhase::applying && !apply(run)) return false;
  return record(run);
}

bool Run::scan(RunContext& run) {
  std::vector<journal::Cursor> cursors;
  writer_->with_journal([&](Journal& journal) { cursors = journal.cursors(); });
  const journal::Cursor cursor = cursors.empty() ? journal::Cursor{} : cursors.front();
  if (!cursor.finished) ScanPhase(run).execute(cursor);
  if (counters_.callback_errors > 0) {
    give_up_journal();
    return false;
  }
  if (run.halted()) return false;
  writer_->with_journal([](Journal& journal) { journal.set_phase(RunPhase::applying); });
  return true;
}

bool Run::apply(RunContext& run) {
  const auto policy = make_plain_policy();
  ApplyLimits limits;
  if (options_.concurrency == 1) limits.in_flight_max = 1;
  const auto applier = std::make_shared<Applier>(run, *policy, limits);
  writer_->with_journal([&](Journal& journal) {
    for (const auto& [action, outcome] : journal.troubles(limits.held_back_max, ActionState::in_doubt)) {
      applier->hold_back(action);
      errors_.add(in_doubt_before(action, outcome));
    }
  });
  applier->execute();

  journal::Totals totals;
  writer_->with_journal([&](Journal& journal) {
    totals = journal.totals();
    if (totals.done + totals.skipped == totals.queued) journal.set_phase(RunPhase::recording);
  });
  return totals.done + totals.skipped == totals.queued;
}

bool Run::record(RunContext& run) {
  counters_.phase = Phase::recording;
  if (direction_ == Direction::up) {
    ledger_.put(
        {.number = migration_.number, .table = run.table->description.name, .description = migration_.description});
  } else {
    ledger_.remove(migration_.number);
  }
  give_up_journal();
  return true;
}

void Run::give_up_journal() {
  Journal::remove(writer_->finish());
  writer_.reset();
  journal_file_.clear();
}

}  // namespace drift::migrate
