// Database, Statement, Transaction: SQLite as this room uses it. Each throws drift::Error for what SQLite reports,
// under the codes of journal.hpp. For one thread at a time.
#pragma once

#include <drift/error.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace drift::journal {

class Statement;

class Database {
 public:
  // Opens an existing file for reading and writing. `vfs`: the name of a registered SQLite VFS; empty: the default.
  Database(const std::filesystem::path& file, const std::string& vfs);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements that give no rows of interest.
  void execute(const std::string& sql);
  // Writes all of the log into the file, and empties it.
  void write_back();
  // Closes the file, which also checkpoints it. Every Statement must be gone.
  void close();
  // From now on check_writable() throws this.
  void refuse_writes(const Error& why) { broken_ = why; }

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }
  // How many rows the last statement that ran to its end has changed.
  [[nodiscard]] std::uint64_t changes() const noexcept;
  // Throws what SQLite's result code means.
  [[noreturn]] void fail(int result);
  // What Transaction runs, prepared once.
  [[nodiscard]] Statement& begin() noexcept { return *begin_; }
  [[nodiscard]] Statement& commit() noexcept { return *commit_; }
  // Throws the first error after which it is not certain what the disk has (a failed write or sync, damage): nothing
  // may be written then until the file was opened again. A full disk is no such error.
  void check_writable() const;

 private:
  Error error_of(int result) const;

  std::filesystem::path file_;
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::optional<Error> broken_;
  std::unique_ptr<Statement> begin_;
  std::unique_ptr<Statement> commit_;
};

// A prepared statement. Bound texts are not copied: they live until the next reset().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int index, std::int64_t value);
  void bind(int index, double value);
  void bind(int index, std::string_view text);

  // True: there is a row. False: it is at its end, and reset.
  bool step();
  // step() and reset(), for statements without rows. False iff the row would have violated a PRIMARY KEY.
  bool run();
  void reset() noexcept;

  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  // The same for numbers that are never negative in a sound file.
  [[nodiscard]] std::uint64_t natural(int column) const noexcept { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] double real(int column) const noexcept;
  // Valid until the next step() or reset().
  [[nodiscard]] std::string_view text(int column) const noexcept;

 private:
  Database* database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Resets a statement that may be left in the midst of its rows: an open one would keep the WAL from being reused.
class StatementReset {
 public:
  explicit StatementReset(Statement& statement) noexcept : statement_(&statement) {}
  ~StatementReset() { statement_->reset(); }
  StatementReset(const StatementReset&) = delete;
  StatementReset& operator=(const StatementReset&) = delete;

 private:
  Statement* statement_;
};

// From begin to commit(); without it, everything is rolled back.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database* database_;
};

}  // namespace drift::journal
