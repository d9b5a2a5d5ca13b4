#include "journal/sqlite.hpp"

#include "journal/problem.hpp"

#include <sqlite3.h>

#include <cerrno>

namespace drift::journal {
namespace {

// The errno behind a result: sqlite3_system_errno() where SQLite kept it, else that of the last call that failed on the
// log or on the file itself.
int error_number_of(sqlite3* handle) noexcept {
  int number = sqlite3_system_errno(handle);
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    if (number == 0 && sqlite3_file_control(handle, "main", which, static_cast<void*>(&file)) == SQLITE_OK &&
        file != nullptr && file->pMethods != nullptr) {
      file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    }
  }
  return number;
}

bool no_space(int result, int error_number) noexcept {
  // A quota and a limit of the file's size come as a failed write.
  return (result & 0xff) == SQLITE_FULL ||
         (result == SQLITE_IOERR_WRITE && (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG));
}

}  // namespace

Database::Database(const std::filesystem::path& file, const std::string& vfs) : file_(file) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &opened, flags, vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(opened);
  if (result != SQLITE_OK) {
    throw state_directory(file, opened != nullptr ? sqlite3_errmsg(opened) : sqlite3_errstr(result));
  }
  if (sqlite3_db_readonly(opened, "main") == 1) {
    throw state_directory(file, "the file cannot be written");
  }
  // A damaged schema must not make SQLite run anything.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  begin_ = std::make_unique<Statement>(*this, "BEGIN IMMEDIATE");
  commit_ = std::make_unique<Statement>(*this, "COMMIT");
}

Database::~Database() = default;

void Database::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

void Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) {
    fail(result);
  }
}

void Database::write_back() {
  Statement checkpoint(*this, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (checkpoint.step() && checkpoint.integer(0) != 0) {
    throw locked(file_, "another program");
  }
}

void Database::close() {
  begin_.reset();
  commit_.reset();
  const int result = sqlite3_close(handle());
  if (result != SQLITE_OK) {
    fail(result);
  }
  (void)handle_.release();  // it is closed
}

std::uint64_t Database::changes() const noexcept { return static_cast<std::uint64_t>(sqlite3_changes64(handle())); }

void Database::fail(int result) {
  const Error error = error_of(result);
  if (!broken_ && (error.code() == "JournalDamaged" || (result & 0xff) == SQLITE_IOERR) && error.code() != "DiskFull") {
    broken_ = error;
  }
  throw error;
}

void Database::check_writable() const {
  if (broken_) {
    throw *broken_;
  }
}

Error Database::error_of(int result) const {
  const int kind = result & 0xff;
  const int error_number = error_number_of(handle());
  if (no_space(result, error_number)) {
    return disk_full(file_);
  }
  const std::string text = sqlite3_errmsg(handle());
  if (result == SQLITE_IOERR_SHORT_READ || result == SQLITE_IOERR_DATA || result == SQLITE_IOERR_CORRUPTFS) {
    return damaged(file_, text);
  }
  switch (kind) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(file_, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return locked(file_, "another program (" + text + ")");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return state_directory(file_, text + (error_number != 0 ? ", " + system_text(error_number) : std::string()));
    case SQLITE_IOERR:
      return journal_error(
          file_,
          "the disk reports an error (" + text + (error_number != 0 ? ", " + system_text(error_number) : "") + ")",
          "See the system's log for the disk; then run the migration again: what was acknowledged is "
          "in the journal.");
    default:
      return journal_error(file_, text);
  }
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  const int result = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (result == SQLITE_ERROR) {
    // The statements of this room are right; so the tables are not.
    throw damaged(database.file(), sqlite3_errmsg(database.handle()));
  }
  if (result != SQLITE_OK) {
    database.fail(result);
  }
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::bind(int index, std::int64_t value) {
  if (const int result = sqlite3_bind_int64(handle_, index, value); result != SQLITE_OK) {
    database_->fail(result);
  }
}

void Statement::bind(int index, double value) {
  if (const int result = sqlite3_bind_double(handle_, index, value); result != SQLITE_OK) {
    database_->fail(result);
  }
}

void Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() != nullptr ? text.data() : "";
  const int result = sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (result != SQLITE_OK) {
    database_->fail(result);
  }
}

bool Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) {
    return true;
  }
  sqlite3_reset(handle_);
  if (result != SQLITE_DONE) {
    database_->fail(result);
  }
  return false;
}

bool Statement::run() {
  const int result = sqlite3_step(handle_);
  sqlite3_reset(handle_);
  if (result == SQLITE_CONSTRAINT_PRIMARYKEY || result == SQLITE_CONSTRAINT_ROWID) {
    return false;
  }
  if (result != SQLITE_DONE && result != SQLITE_ROW) {
    database_->fail(result);
  }
  return true;
}

void Statement::reset() noexcept { sqlite3_reset(handle_); }

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(handle_, column); }

double Statement::real(int column) const noexcept { return sqlite3_column_double(handle_, column); }

std::string_view Statement::text(int column) const noexcept {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

Transaction::Transaction(Database& database) : database_(&database) {
  database.check_writable();
  database.begin().run();
}

Transaction::~Transaction() {
  // Some errors have SQLite roll back by itself.
  if (sqlite3_get_autocommit(database_->handle()) == 0) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() { database_->commit().run(); }

}  // namespace drift::journal
