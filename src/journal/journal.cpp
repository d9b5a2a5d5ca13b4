#include "journal/journal.hpp"

#include "journal/action_queue.hpp"
#include "journal/file_lock.hpp"
#include "journal/outcome_table.hpp"
#include "journal/problem.hpp"
#include "journal/run_state.hpp"
#include "journal/schema.hpp"
#include "journal/sqlite.hpp"
#include "journal/wal_check.hpp"

#include <algorithm>
#include <cmath>
#include <system_error>

namespace drift::journal {
namespace {

using std::filesystem::path;

path with_suffix(const path& file, const char* suffix) { return file.string() + suffix; }

void remove_database(const path& file) noexcept {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(with_suffix(file, suffix), ignored);
  }
}

// Capacity is a number of requests' answers; what is none would spoil the sum.
double units(double value) noexcept { return std::isfinite(value) && value > 0 ? value : 0; }

// Writes a complete journal under another name first, so that none is ever seen half made.
void write_new_file(const path& file, const RunHeader& header, const JournalOptions& options) {
  const path draft = with_suffix(file, ".new");
  remove_database(draft);
  try {
    create_private_file(draft);
    Database database(draft, options.vfs);
    schema::create(database, [&] { RunState::create(database, header); });
    database.close();
    std::filesystem::rename(draft, file);
  } catch (const std::filesystem::filesystem_error& error) {
    remove_database(draft);
    throw state_directory(file, error.code().message());
  } catch (...) {
    remove_database(draft);
    throw;
  }
  sync_directory(file.parent_path());
}

void check_exists(const path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw journal_error(file, "there is no such file", "Name the file of an unfinished run.");
  }
  if (status.type() == std::filesystem::file_type::directory) {
    throw journal_error(file, "this is a directory", "Name the file of an unfinished run.");
  }
  if (status.type() != std::filesystem::file_type::regular) {
    throw state_directory(file, error ? error.message() : "it is not a regular file");
  }
}

}  // namespace

struct Journal::State {
  State(path journal_file, std::unique_ptr<FileLock> held, const JournalOptions& options)
      : file(std::move(journal_file)), lock(std::move(held)), database(file, options.vfs) {}

  // The statements, which need the tables to be there and right.
  struct Tables {
    explicit Tables(Database& database) : run(database), queue(database), outcomes(database) {}
    RunState run;
    ActionQueue queue;
    OutcomeTable outcomes;
  };

  static std::unique_ptr<State> open(const path& file, std::unique_ptr<FileLock> lock, const JournalOptions& options);
  void check_counts();
  Cursor cursor_behind(const PageRecord& page) const;
  void append_page(PageRecord& page, Counts& counts);
  void record(const ActionOutcome& outcome, Counts& counts, OutcomeTable::Sums& sums);

  path file;
  std::unique_ptr<FileLock> lock;
  Database database;
  std::optional<Tables> tables;
  std::uint64_t settled_prefix = 0;  // every action up to here is settled: where pending() may begin
};

namespace {

OutcomeTable::Sums sums_of(const Counts& counts) {
  return {.done = counts.totals.done,
          .skipped = counts.totals.skipped,
          .failed = counts.totals.failed,
          .in_doubt = counts.totals.in_doubt,
          .digest = counts.outcomes_digest};
}

void set_sums(Counts& counts, const OutcomeTable::Sums& sums) {
  counts.totals.done = sums.done;
  counts.totals.skipped = sums.skipped;
  counts.totals.failed = sums.failed;
  counts.totals.in_doubt = sums.in_doubt;
  counts.outcomes_digest = sums.digest;
}

}  // namespace

std::unique_ptr<Journal::State> Journal::State::open(const path& file, std::unique_ptr<FileLock> lock,
                                                     const JournalOptions& options) {
  schema::check_file(file);
  check_wal(file);
  make_private(file);
  auto state = std::make_unique<State>(file, std::move(lock), options);
  schema::open(state->database);
  state->tables.emplace(state->database);
  state->check_counts();
  return state;
}

void Journal::State::check_counts() {
  const Counts& counts = tables->run.counts();
  if (tables->queue.last() != counts.totals.queued) {
    throw damaged(file, "it has " + std::to_string(counts.totals.queued) + " actions and ends with action " +
                            std::to_string(tables->queue.last()));
  }
  if (tables->outcomes.add_up(settled_prefix) != sums_of(counts)) {
    throw damaged(file, "its outcomes are not as they were written");
  }
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}

Journal::~Journal() = default;

std::unique_ptr<Journal> Journal::create(const path& name, const RunHeader& header, const JournalOptions& options) {
  const path file = std::filesystem::absolute(name);
  prepare_state_directory(file.parent_path(), options.network_file_system);
  auto lock = std::make_unique<FileLock>(file);
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) {
    throw journal_error(file, "the file exists already", "Open it to go on with its run, or move it away.");
  }
  write_new_file(file, header, options);
  try {
    return std::unique_ptr<Journal>(new Journal(State::open(file, std::move(lock), options)));
  } catch (...) {
    remove_database(file);  // it is not handed out, so it must not be found either
    throw;
  }
}

std::unique_ptr<Journal> Journal::open(const path& name, const JournalOptions& options) {
  const path file = std::filesystem::absolute(name);
  check_exists(file);
  if (const auto network = options.network_file_system(file.parent_path())) {
    throw state_directory(file, "it is on a network file system (" + *network +
                                    "), where a journal is neither locked nor written reliably");
  }
  auto lock = std::make_unique<FileLock>(file);
  check_exists(file);  // its owner may have removed it meanwhile
  return std::unique_ptr<Journal>(new Journal(State::open(file, std::move(lock), options)));
}

const RunHeader& Journal::header() const noexcept { return state_->tables->run.header(); }

const std::filesystem::path& Journal::file() const noexcept { return state_->file; }

RunPhase Journal::phase() const noexcept { return state_->tables->run.phase(); }

Totals Journal::totals() const noexcept { return state_->tables->run.counts().totals; }

std::vector<Cursor> Journal::cursors() const { return state_->tables->run.cursors(); }

bool Journal::sending() const noexcept { return state_->tables->run.sending(); }

void Journal::set_phase(RunPhase phase) { state_->tables->run.set_phase(phase); }

void Journal::set_sending(bool sending) { state_->tables->run.set_sending(sending); }

Cursor Journal::State::cursor_behind(const PageRecord& page) const {
  if (page.segment >= tables->run.header().segments) {
    throw journal_error(file, "segment " + std::to_string(page.segment) + " does not exist: the run has " +
                                  std::to_string(tables->run.header().segments));
  }
  return {.segment = page.segment, .last_key = page.last_key, .finished = page.last_key.empty()};
}

void Journal::State::append_page(PageRecord& page, Counts& counts) {
  for (auto& group : page.groups) {
    if (group.empty()) {
      continue;
    }
    ++counts.groups;
    for (ActionRecord& action : group) {
      action.sequence = ++counts.totals.queued;
      action.group = counts.groups;
      tables->queue.append(action);
    }
  }
  counts.totals.items += page.items;
  counts.totals.callbacks += page.callbacks;
  counts.totals.throttled += page.throttled;
  counts.totals.read_units += units(page.read_units);
}

void Journal::State::record(const ActionOutcome& outcome, Counts& counts, OutcomeTable::Sums& sums) {
  if (outcome.sequence == 0 || outcome.sequence > counts.totals.queued) {
    throw journal_error(file, "an outcome names action " + std::to_string(outcome.sequence) + " of " +
                                  std::to_string(counts.totals.queued));
  }
  tables->outcomes.record(outcome, units(outcome.write_units), sums);
  counts.totals.write_units += units(outcome.write_units);
  counts.totals.throttled += outcome.throttled;
  if (!OutcomeTable::is_settled(outcome.state)) {
    settled_prefix = std::min(settled_prefix, outcome.sequence - 1);
  }
}

void Journal::write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes) {
  if (pages.empty() && outcomes.empty()) {
    return;
  }
  State& state = *state_;
  Counts counts = state.tables->run.counts();
  OutcomeTable::Sums sums = sums_of(counts);
  RunState::Cursors moved;
  try {
    Transaction transaction(state.database);
    for (PageRecord& page : pages) {
      moved.insert_or_assign(page.segment, state.cursor_behind(page));
      state.append_page(page, counts);
    }
    for (const ActionOutcome& outcome : outcomes) {
      state.record(outcome, counts, sums);
    }
    set_sums(counts, sums);
    state.tables->run.write_cursors(moved, counts);
    state.tables->run.write_counts(counts);
    transaction.commit();
  } catch (...) {
    state.tables->queue.forget();
    throw;
  }
  state.tables->run.committed(counts, moved);
}

std::vector<ActionRecord> Journal::pending(std::uint64_t after, std::size_t count, std::size_t bytes_max) {
  State& state = *state_;
  std::vector<ActionRecord> result;
  std::size_t bytes = 0;
  const auto take = [&](ActionRecord&& action) {
    bytes += action.bytes();
    result.push_back(std::move(action));
    return result.size() < count && bytes < bytes_max;
  };
  const std::uint64_t end = state.tables->run.counts().totals.queued + 1;
  std::uint64_t next = std::max(after, state.settled_prefix) + 1;
  OutcomeTable::Walk settled(state.tables->outcomes, next);
  while (next < end && (result.empty() || (result.size() < count && bytes < bytes_max)) && count > 0) {
    // What is settled is passed over without reading the queue; what is between is read without asking for outcomes.
    const std::uint64_t first_settled = std::min(settled.next().value_or(end), end);
    state.tables->queue.read(next, first_settled, take);
    next = first_settled + 1;
  }
  return result;
}

std::vector<std::pair<ActionRecord, ActionOutcome>> Journal::troubles(std::size_t count,
                                                                      std::optional<ActionState> only) {
  State& state = *state_;
  const Totals& totals = state.tables->run.counts().totals;
  const std::uint64_t failed = only == ActionState::in_doubt ? 0 : totals.failed;
  const std::uint64_t in_doubt = only == ActionState::failed ? 0 : totals.in_doubt;
  const std::uint64_t expected = std::min<std::uint64_t>(count, failed + in_doubt);
  if (expected == 0) {
    return {};
  }
  std::vector<ActionOutcome> outcomes = state.tables->outcomes.with_state(
      only.value_or(ActionState::failed), only.value_or(ActionState::in_doubt), expected);
  if (outcomes.size() != expected) {
    throw damaged(state.file, "outcomes of failed actions are missing");
  }
  std::vector<std::pair<ActionRecord, ActionOutcome>> result;
  for (ActionOutcome& outcome : outcomes) {
    state.tables->queue.read(outcome.sequence, outcome.sequence + 1, [&](ActionRecord&& action) {
      result.emplace_back(std::move(action), std::move(outcome));
      return false;
    });
  }
  return result;
}

void Journal::remove(std::unique_ptr<Journal> journal) {
  State& state = *journal->state_;
  state.tables.reset();
  state.database.close();
  remove_database(state.file);
  sync_directory(state.file.parent_path());
  state.lock->remove_file();
}

}  // namespace drift::journal
