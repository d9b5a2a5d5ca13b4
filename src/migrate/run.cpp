// Run: see the header. Its phases are in run_phases.cpp; how it is recorded and what is kept of it, in run_end.cpp.
#include "migrate/run.hpp"

#include "base/failpoint.hpp"
#include "base/random.hpp"
#include "migrate/action_stream.hpp"
#include "migrate/callback_slots.hpp"
#include "migrate/control_state.hpp"
#include "migrate/disk_space.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/progress_reporter.hpp"
#include "migrate/resume.hpp"
#include "migrate/segments.hpp"
#include "migrate/stamp.hpp"
#include "migrate/state_directory.hpp"

#include <drift/version.hpp>

#include <algorithm>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace drift::migrate {

namespace {

using journal::Journal;
using journal::JournalWriter;
using journal::RunPhase;
using journal::Trimming;

// How long after a stop the run's own calls may take: the applier has its grace before that.
constexpr std::chrono::milliseconds own_calls_grace{1'900};

Error unexpected(const std::exception& error) {
  return Error({.code = "RunFailed",
                .message = std::string("the run ended by an error of this machine: ") + error.what(),
                .next_step = "Nothing is lost. Remove the cause and run the migration again: it goes on."});
}

}  // namespace

Run::Run(Client& client, const MigratorOptions& migrator, const Migration& migration, Direction direction,
         const RunOptions& options, const RunSettings& settings)
    : client_(client),
      migrator_(migrator),
      migration_(migration),
      direction_(direction),
      options_(options),
      settings_(settings),
      own_calls_(client.core().given_up_at(give_up_.get_token())),
      catalog_(own_calls_),
      pace_(std::make_shared<RunPace>(options, counters_, catalog_, client.core().loop(), halt_)),
      ledger_(own_calls_, migrator.meta_table),
      run_table_(own_calls_, migrator.meta_table) {}

Report Run::execute() {
  Outcome outcome = Outcome::failed;
  {
    const ProgressReporter reporter(counters_, options_.on_progress);
    const std::stop_callback stopped(options_.stop, [this] {
      halt_.request_stop();
      client_.core().loop().after(own_calls_grace, [give_up = give_up_]() mutable { give_up.request_stop(); });
    });
    pace_->begin();
    outcome = carry_out();
    pace_->end();
    write_last_row(outcome);
    // Before the lease: who has waited for that opens the journal.
    writer_.reset();
    journal_.reset();
    applied_.reset();
    lease_.reset();
    counters_.phase = Phase::finished;
  }
  const Progress counts = counters_.snapshot();
  std::error_code ignored;
  return {.outcome = outcome,
          .errors = errors_.errors(),
          .errors_total = errors_.total(),
          .items_scanned = counts.items_scanned,
          .callbacks_done = counts.callbacks_done,
          .callback_errors = counts.callback_errors,
          .actions_queued = counts.actions_queued,
          .actions_done = counts.actions_done,
          .gone = counts.gone,
          .conflicts_resolved = counts.conflicts_resolved,
          .in_doubt_applied = counts.in_doubt_applied,
          .in_doubt_not_applied = counts.in_doubt_not_applied,
          .quarantined = counts.quarantined,
          .skipped = counts.actions_skipped,
          .retried = counts.retried,
          .throttled = counts.throttled,
          .read_units = counts.read_units,
          .write_units = counts.write_units,
          .run_id = row_.run_id,
          .journal = std::filesystem::exists(journal_file_, ignored) ? journal_file_.string() : "",
          .notes = notes_,
          .items = outcome == Outcome::stopped && stopped_at_sample() ? items_ : std::vector<Attributes>{},
          .cost = counts.cost};
}

Outcome Run::carry_out() {
  if (options_.stop.stop_requested()) return Outcome::stopped;
  try {
    if (!prepare()) return Outcome::stopped;
  } catch (const Error& error) {
    if (options_.stop.stop_requested()) return Outcome::stopped;
    errors_.add(error);
    return error.code() == "Locked" ? Outcome::locked : Outcome::refused;
  } catch (const std::exception& error) {
    errors_.add(unexpected(error));
    return Outcome::refused;
  }
  bool recorded = was_recorded_;
  try {
    if (!recorded) recorded = go_through();
  } catch (const Error& error) {
    if (!options_.stop.stop_requested()) errors_.add(error);
  } catch (const std::exception& error) {
    errors_.add(unexpected(error));
  }
  if (recorded) return direction_ == Direction::up ? Outcome::applied : Outcome::undone;
  if (pace_->spending().reached()) {
    errors_.add(pace_->spending().error(migration_.table));
    return Outcome::stopped;
  }
  return outcome_of_end();
}

bool Run::go_through() {
  // An undo needs all of it where there are images; otherwise what is finished only takes space.
  const Trimming trimming = streams_ && !images_ ? Trimming::by_itself : Trimming::never;
  writer_ = std::make_unique<JournalWriter>(std::move(journal_), trimming);
  RunContext run{.client = client_,
                 .options = options_,
                 .callback = direction_ == Direction::up ? migration_.up : migration_.down,
                 .reads = reads_,
                 .filter = filter_,
                 .source = source_,
                 .catalog = catalog_,
                 .table = table_,
                 .key = std::make_shared<const KeySchema>(table_->description.key),
                 .journal = *writer_,
                 .counters = counters_,
                 .pace = *pace_,
                 .errors = errors_,
                 .stamp = stamp_name(row_.stamp, migration_.number, row_.epoch),
                 .state_directory = migrator_.state_dir,
                 .ttl_attribute = ttl_attribute_,
                 .lease = lease_.get(),
                 .notes = &notes_,
                 .halt = halt_};
  if (streams_) {
    run.stream = std::make_shared<ActionStream>(client_.core().loop(), queued_before_ > 0);
    run.slots = std::make_shared<CallbackSlots>([pace = pace_] { return pace->concurrency(); });
  }
  return go_through_phases(run);
}

bool Run::stopped_at_sample() const {
  return is_cut_ && !halt_.stop_requested() && !pace_->spending().reached() && counters_.action_errors == 0;
}

Outcome Run::outcome_of_end() const {
  // A stop is what the caller wanted; with errors of callbacks there is nothing to go on with.
  if (options_.stop.stop_requested() && counters_.callback_errors == 0) return Outcome::stopped;
  if (stopped_at_sample()) return Outcome::stopped;
  const bool only_quarantined = counters_.quarantined > 0 && counters_.quarantined >= counters_.action_errors &&
                                counters_.callback_errors == 0 && !halt_.stop_requested();
  return only_quarantined ? Outcome::quarantined : Outcome::failed;
}

// What a person names in place of the recording is in place of it for the callback alone.
void Run::choose_items() {
  reads_ = migration_.reads;
  source_ = table_source(table_->description);
  if (direction_ == Direction::down) return;
  ScanSource asked = index_source(table_->description, migration_.index);
  filter_ = ItemFilter::make(migration_.filter, asked.index_key);
  // A stamped run has to see what an earlier one has done half, also where that has left the index.
  if (options_.stamp.empty()) source_ = std::move(asked);
  if (filter_ && !reads_.empty()) reads_.insert(reads_.end(), filter_->reads().begin(), filter_->reads().end());
}

bool Run::prepare() {
  check_request(migration_, direction_, options_);
  const TableDescription meta = ledger_.describe();
  run_table_.describe();
  ledger_.prove_writable();
  run_table_.prove_writable();
  if (!take_lease()) return false;
  open_journal(meta);
  // A run that ended between the ledger's row and the end of its journal finds its own row.
  const bool recording = journal_ && journal_->phase() >= RunPhase::recording;
  const auto ledger_row = ledger_.row(migration_.number);
  history_ = run_table_.history(migration_.number);
  was_recorded_ = !journal_ && says_last_word(ledger_row);
  if (was_recorded_) return true;
  table_ = find_table(own_calls_, catalog_, migration_.table);
  check_ledger({migration_, direction_, table_->description.id}, ledger_row, options_.allow_applied, recording);
  choose_items();
  check_access(own_calls_, *table_, source_);
  if (restores() && !recording) open_applied(ledger_row);
  if (options_.skip_expired) ttl_attribute_ = find_ttl_attribute(own_calls_, table_->wire_name);
  // A streaming run checks while it goes on, as every run does: how much it takes is not known before.
  const bool is_flat = options_.apply == Apply::streaming && !options_.before_images && !restores();
  check_disk_space(migrator_.state_dir, journal_ || is_flat ? 0 : source_.items_estimated);
  note_replicas();
  begin_or_resume(journal_file_);
  return true;
}

// An earlier process ended between the end of its run's journal and the last word in the run table: the ledger says
// what the run came to.
bool Run::says_last_word(const std::optional<AppliedMigration>& ledger_row) {
  if (history_.empty()) return false;
  RunRecord last = history_.front();
  if (last.direction != direction_text(direction_) || last.phase != "record" || !last.is_unfinished()) return false;
  const bool up = direction_ == Direction::up;
  // Of a run that has written nothing the ledger may name the one before it.
  const bool is_its = ledger_row && (ledger_row->run_id == last.run_id || last.actions_done == 0);
  const bool has_effect = up ? is_its : !ledger_row.has_value();
  if (!has_effect) return false;
  last.outcome = up ? Outcome::applied : Outcome::undone;
  last.phase = "done";
  last.ended = iso_time(client_.core().loop().clock().system());
  last.problem.clear();
  run_table_.write(last, lease_->check());
  notes_.push_back("Run " + last.run_id + " was at its end already; its last word was missing and is written.");
  return true;
}

bool Run::take_lease() {
  lease_ = std::make_unique<LeaseHolder>(own_calls_, run_table_.name(), this_process(), settings_.lease);
  DRIFT_FAILPOINT("lease.take.before");
  const bool taken =
      lease_->acquire(migration_.number, "", options_.lock_timeout, options_.stop, [this](const Error& error) {
        errors_.add(error);
        halt_.request_stop();
      });
  DRIFT_FAILPOINT("lease.take.after");
  return taken;
}

std::filesystem::path Run::journal_file_of(const TableDescription& meta, Direction direction) const {
  return journal_file(migrator_.state_dir, meta, migration_.number, direction_text(direction));
}

void Run::open_journal(const TableDescription& meta) {
  const auto file = journal_file_of(meta, direction_);
  journal_file_ = file;
  applied_file_ = journal_file(migrator_.state_dir, meta, migration_.number, "applied");
  const auto other = journal_file_of(meta, direction_ == Direction::up ? Direction::down : Direction::up);
  std::error_code error;
  if (std::filesystem::exists(other, error) && !drop_given_up(other)) {
    const std::string what = direction_ == Direction::up ? "undo" : "run";
    throw Error(
        {.code = "OtherRun",
         .message = "an unfinished " + what + " of migration " + std::to_string(migration_.number) +
                    " has to be finished first",
         .table = migration_.table,
         .next_step = "Nothing was done. Call Migrator::" + what + " again: it goes on with " + other.string() + "."});
  }
  // Only looked at until every check has passed: an opening that does nothing must not count.
  if (!error && std::filesystem::exists(file, error) && !drop_given_up(file)) {
    DRIFT_FAILPOINT("journal.look.before");
    journal_ = Journal::open(file, {.look_only = true});
    DRIFT_FAILPOINT("journal.look.after");
  }
  if (error) {
    throw Error(
        {.code = "StateDirectory",
         .message = "the state directory cannot be read: " + file.parent_path().string() + ": " + error.message(),
         .next_step = "Nothing was done. Name a directory of your own, or mend its permissions."});
  }
}

std::string Run::revision() const { return restores() ? "before-images" : revision_of(migration_); }

void Run::open_applied(const std::optional<AppliedMigration>& ledger_row) {
  const auto refuse = [&](const std::string& why) {
    throw Error({.code = "NoImages",
                 .message = "migration " + std::to_string(migration_.number) + " has no `down`, and " + why,
                 .table = migration_.table,
                 .next_step = "Nothing was done. Give it a `down`, or undo it where its journal is."});
  };
  check_later(migration_, ledger_.rows(), options_.allow_applied);
  if (!std::filesystem::exists(applied_file_)) {
    refuse("the journal with its before-images is not in " + applied_file_.parent_path().string());
  }
  applied_ = Journal::open(applied_file_, {.look_only = true});
  if (ledger_row && !ledger_row->run_id.empty() && ledger_row->run_id != applied_->header().run_id) {
    refuse("the journal " + applied_file_.string() + " is of another run of it");
  }
}

void Run::note_replicas() {
  const auto& replicas = table_->description.replicas;
  if (replicas.empty()) return;
  std::string regions;
  for (const std::string& region : replicas) regions += (regions.empty() ? "" : ", ") + region;
  notes_.push_back("The table has replicas in " + regions + ": guards and the lease hold in " + client_.region() +
                   " only; what is written elsewhere at the same time may win over the migration.");
}

// The journal of an unfinished run, if it may be gone on with.
void Run::check_journal(const std::filesystem::path& file) {
  const journal::RunHeader& header = journal_->header();
  check_resumable(header, table_->description, migrator_.meta_table, file);
  const bool distrusted = is_distrusted(*journal_, run_table_.find(header.run_id));
  if (begins_anew(*journal_, {.revision = revision(), .index = source_.index}, distrusted)) {
    give_up_row(header.run_id);
    Journal::remove(std::move(journal_));
    notes_.emplace_back(
        "The scan was begun anew: the migration's code changed since the unfinished run, which had sent nothing.");
    return;
  }
  check_no_other_run(history_, {.run_id = header.run_id,
                                .direction = direction_,
                                .stamp = options_.stamp,
                                .state_directory = file.parent_path()});
  journal_.reset();
  DRIFT_FAILPOINT("journal.open.before");
  journal_ = Journal::open(file, {.distrusted = distrusted});
  DRIFT_FAILPOINT("journal.open.after");
}

// A journal whose run was given up, here or from elsewhere, is none any more. False: it is another's, and stays.
bool Run::drop_given_up(const std::filesystem::path& file) {
  auto journal = Journal::open(file, {.look_only = true});
  const auto row = run_table_.find(journal->header().run_id);
  if (!row || row->phase != RunRecord::phase_given_up) return false;
  Journal::remove(std::move(journal));
  notes_.emplace_back("The journal of a run that was given up was dropped: " + file.string());
  return true;
}

// A row that says that the run may have sent something, of a run that certainly has not: nobody is to look for its
// journal when that is gone.
void Run::give_up_row(const std::string& run_id) {
  auto row = run_table_.find(run_id);
  if (!row || row->phase == "scan") return;
  row->phase = RunRecord::phase_given_up;
  row->ended = iso_time(client_.core().loop().clock().system());
  row->problem = "begun anew: the migration's code changed before anything was sent";
  run_table_.write(*row, lease_->check());
  history_ = run_table_.history(migration_.number);
}

void Run::begin_or_resume(const std::filesystem::path& file) {
  if (journal_) check_journal(file);
  if (!journal_) {
    check_no_other_run(history_,
                       {.direction = direction_, .stamp = options_.stamp, .state_directory = file.parent_path()});
    DRIFT_FAILPOINT("journal.create.before");
    journal_ = Journal::create(file, header());
    DRIFT_FAILPOINT("journal.create.after");
  }
  phase_ = journal_->phase();
  queued_before_ = journal_->totals().queued;
  choose_streaming();
  if (streams_ && options_.items_max > 0) {
    throw Error({.code = "ConfigError",
                 .message = "items_max is set, and the unfinished run of this migration executes while it scans",
                 .table = migration_.table,
                 .next_step = "Nothing was done. Go on without RunOptions::items_max."});
  }
  counters_.start_from(journal_->totals());
  counters_.start_segments(all_cursors(*journal_));
  counters_.items_estimated = source_.items_estimated;
  const journal::RunHeader& header = journal_->header();
  const ProcessIdentity who = this_process();
  row_.run_id = header.run_id;
  row_.number = header.number;
  row_.direction = header.direction;
  row_.table = header.table;
  row_.table_id = header.table_id;
  row_.host = who.host;
  row_.user = who.user;
  row_.pid = who.pid;
  row_.version = version_text;
  row_.revision = header.revision;
  row_.started = header.created_at;
  row_.journal = file.string();
  row_.generation = journal_->generation();
  row_.epoch = header.epoch;
  row_.stamp = header.stamp;
  row_.description = migration_.description;
  images_ = header.images;
  counters_.name(row_.run_id, file.string());
  lease_->name_run(row_.run_id);
}

// A run goes on as it was begun: what is queued already was checked for that.
void Run::choose_streaming() {
  const bool asked = options_.apply == Apply::streaming && !restores();
  if (phase_ == RunPhase::scanning) {
    streams_ = asked && queued_before_ == 0;
    if (asked && !streams_) notes_.emplace_back("The run was begun with Apply::after_scan, and goes on so.");
  } else if (phase_ == RunPhase::applying && !is_scanned(*journal_)) {
    streams_ = true;
    if (!asked) notes_.emplace_back("The run was begun with Apply::streaming, and goes on so.");
  }
}

journal::RunHeader Run::header() const {
  const TableDescription& table = table_->description;
  const SegmentsFor scan{.asked = options_.segments,
                         .concurrency = options_.controls.state()->values().concurrency.value_or(options_.concurrency),
                         .cores = std::thread::hardware_concurrency(),
                         .table_bytes = source_.bytes_estimated};
  return {.run_id = base::random_uuid(),
          .number = migration_.number,
          .direction = std::string(direction_text(direction_)),
          .meta_table = migrator_.meta_table,
          .table = table.name,
          .table_arn = table.arn,
          .table_id = table.id,
          .key_schema = key_schema_text(table.key),
          .segments = restores() ? 1 : choose_segments(scan),
          .created_at = iso_time(client_.core().loop().clock().system()),
          .drift_version = version_text,
          .revision = revision(),
          .stamp = restores() ? "" : options_.stamp,
          .epoch = epoch_after(history_),
          .images = options_.before_images,
          .index = source_.index};
}

}  // namespace drift::migrate
