#include "journal/journal.hpp"

#include "journal/file_lock.hpp"
#include "journal/journal_tables.hpp"
#include "journal/problem.hpp"
#include "journal/run_state.hpp"
#include "journal/schema.hpp"
#include "journal/sqlite.hpp"
#include "journal/wal_check.hpp"

#include <system_error>
#include <utility>

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

void remove_locked(const path& file, FileLock& lock) {
  remove_database(file);
  sync_directory(file.parent_path());
  lock.remove_file();
}

// The log of a file that is gone would be taken for the log of a new one of its name.
void remove_remains(const path& file) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    std::filesystem::remove(with_suffix(file, suffix));
  }
}

// Writes a complete journal under another name first, so that none is ever seen half made.
void write_new_file(const path& file, const RunHeader& header, const JournalOptions& options) {
  const path draft = with_suffix(file, ".new");
  remove_database(draft);
  try {
    create_private_file(draft);
    Database database(draft, options.vfs);
    schema::create(database, [&] { RunState::create(database, header); });
    database.close();
    remove_remains(file);
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

  static std::unique_ptr<State> open(const path& file, std::unique_ptr<FileLock> lock, const JournalOptions& options);

  path file;
  std::unique_ptr<FileLock> lock;
  Database database;
  std::optional<JournalTables> tables;
};

std::unique_ptr<Journal::State> Journal::State::open(const path& file, std::unique_ptr<FileLock> lock,
                                                     const JournalOptions& options) {
  schema::check_file(file);
  check_wal(file);
  make_private(file);
  auto state = std::make_unique<State>(file, std::move(lock), options);
  schema::open(state->database);
  state->tables.emplace(state->database);
  if (options.look_only) {
    state->database.refuse_writes(journal_error(file, "it was opened to be looked at, and not to be written"));
  } else {
    state->tables->run().begin_generation(options.distrusted);
  }
  return state;
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

const RunHeader& Journal::header() const noexcept { return state_->tables->run().header(); }

const std::filesystem::path& Journal::file() const noexcept { return state_->file; }

RunPhase Journal::phase() const noexcept { return state_->tables->run().phase(); }

Totals Journal::totals() const noexcept { return state_->tables->run().counts().totals; }

std::vector<Cursor> Journal::cursors() const { return state_->tables->run().cursors(); }

void Journal::write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes, std::uint64_t send_mark) {
  state_->tables->write(pages, outcomes, send_mark);
}

void Journal::set_phase(RunPhase phase) { state_->tables->run().set_phase(phase); }

std::uint64_t Journal::send_mark() const noexcept { return state_->tables->run().counts().send_mark; }

bool Journal::may_have_sent() const noexcept {
  const RunState& run = state_->tables->run();
  return run.counts().send_mark > 0 || run.sent_before().since(0) > 0;
}

std::uint64_t Journal::generation() const noexcept { return state_->tables->run().generation(); }

std::vector<ActionRecord> Journal::pending(std::uint64_t after, std::size_t count, std::size_t bytes_max) {
  return state_->tables->pending(after, count, bytes_max);
}

std::vector<std::pair<ActionRecord, ActionOutcome>> Journal::troubles(std::size_t count,
                                                                      std::optional<ActionState> only) {
  return state_->tables->troubles(count, only);
}

std::vector<std::pair<ActionRecord, ActionOutcome>> Journal::group(std::uint64_t group) {
  return state_->tables->group(group);
}

std::vector<ActionRecord> Journal::replace_rest(std::uint64_t group, std::vector<ActionRecord> rest) {
  return state_->tables->replace_rest(group, std::move(rest));
}

std::uint64_t Journal::trim() { return state_->tables->trim(); }

bool Journal::has(RepeatKind repeat) { return state_->tables->has(repeat); }

std::vector<std::string> Journal::tables() { return state_->tables->tables(); }

std::string Journal::before(std::uint64_t sequence) { return state_->tables->before(sequence); }

std::vector<std::pair<ActionRecord, ActionOutcome>> Journal::backwards(std::uint64_t before, std::size_t count,
                                                                       std::size_t bytes_max) {
  return state_->tables->backwards(before, count, bytes_max);
}

void Journal::move(std::unique_ptr<Journal> journal, const path& name) {
  State& state = *journal->state_;
  const path to = std::filesystem::absolute(name);
  if (to == state.file) {
    return;
  }
  prepare_state_directory(to.parent_path(), journal::network_file_system);
  const FileLock lock(to);  // nobody may have open what is replaced
  state.tables.reset();
  state.database.write_back();  // the log does not go along
  state.database.close();
  try {
    // The replaced one goes before its log does: without it, it would be an older one that looks sound.
    std::filesystem::remove(to);
    remove_remains(to);
    std::filesystem::rename(state.file, to);
    remove_remains(state.file);
  } catch (const std::filesystem::filesystem_error& error) {
    throw state_directory(to, error.code().message());
  }
  sync_directory(to.parent_path());
  if (to.parent_path() != state.file.parent_path()) {
    sync_directory(state.file.parent_path());
  }
  state.lock->remove_file();
}

void Journal::remove(std::unique_ptr<Journal> journal) {
  State& state = *journal->state_;
  state.tables.reset();
  state.database.close();
  remove_locked(state.file, *state.lock);
}

void Journal::remove(const path& name) {
  const path file = std::filesystem::absolute(name);
  std::error_code ignored;
  if (std::filesystem::status(file, ignored).type() == std::filesystem::file_type::not_found) {
    return;
  }
  check_exists(file);
  FileLock lock(file);
  remove_locked(file, lock);
}

}  // namespace drift::journal
