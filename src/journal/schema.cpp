#include "journal/schema.hpp"

#include "journal/problem.hpp"

#include <array>
#include <fstream>
#include <string>

namespace drift::journal::schema {
namespace {

// A checksum is a CRC-32 over all other columns of its row, a digest a sum over all rows of its table. Numbers of
// states and kinds are those of records.hpp.
constexpr const char* tables = R"sql(
  CREATE TABLE run(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE totals(
    id INTEGER PRIMARY KEY,
    items INTEGER NOT NULL, callbacks INTEGER NOT NULL, groups INTEGER NOT NULL, queued INTEGER NOT NULL,
    done INTEGER NOT NULL, skipped INTEGER NOT NULL, failed INTEGER NOT NULL, in_doubt INTEGER NOT NULL,
    gone INTEGER NOT NULL, replaced INTEGER NOT NULL, quarantined INTEGER NOT NULL, sent INTEGER NOT NULL,
    throttled INTEGER NOT NULL, retried INTEGER NOT NULL, in_doubt_applied INTEGER NOT NULL,
    in_doubt_not_applied INTEGER NOT NULL, conflicts_resolved INTEGER NOT NULL,
    read_units REAL NOT NULL, write_units REAL NOT NULL,
    send_mark INTEGER NOT NULL, outcomes_digest INTEGER NOT NULL, cursors_digest INTEGER NOT NULL,
    late_digest INTEGER NOT NULL, seen_digest INTEGER NOT NULL, trimmed INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;

  -- The keys of the items of an index that were scanned.
  CREATE TABLE seen(key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  CREATE TABLE cursors(segment INTEGER PRIMARY KEY, last_key TEXT NOT NULL, finished INTEGER NOT NULL) STRICT;

  -- What many actions have in common, kept once.
  CREATE TABLE shapes(
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, scanned_item INTEGER NOT NULL, table_name TEXT NOT NULL,
    expression TEXT NOT NULL, condition TEXT NOT NULL, names TEXT NOT NULL, guard INTEGER NOT NULL,
    repeat INTEGER NOT NULL, guarded TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;

  CREATE TABLE actions(
    sequence INTEGER PRIMARY KEY, "group" INTEGER NOT NULL, ordinal INTEGER NOT NULL, shape INTEGER NOT NULL,
    key TEXT NOT NULL, item TEXT NOT NULL, "values" TEXT NOT NULL, image TEXT NOT NULL, scanned_key TEXT NOT NULL,
    group_size INTEGER NOT NULL, segment INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;

  -- Actions that were appended when their group was replaced, and the sequence behind which they are due.
  CREATE TABLE late(sequence INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;

  -- An action without a row here is queued.
  CREATE TABLE outcomes(
    sequence INTEGER PRIMARY KEY, state INTEGER NOT NULL, detail TEXT NOT NULL, write_units REAL NOT NULL,
    throttled INTEGER NOT NULL, generation INTEGER NOT NULL, image INTEGER NOT NULL) STRICT;

  -- The item before an action, for those whose outcome says so (image = 1).
  CREATE TABLE images(sequence INTEGER PRIMARY KEY, image TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
)sql";

std::int64_t pragma(Database& database, std::string_view name) {
  Statement statement(database, "PRAGMA " + std::string(name));
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace

void create(Database& database, const std::function<void()>& first_rows) {
  // Nobody knows of the file before it is complete, so it needs no journal of its own.
  database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL; PRAGMA page_size = 4096");
  {
    Transaction transaction(database);
    database.execute("PRAGMA application_id = " + std::to_string(application_id) +
                     "; PRAGMA user_version = " + std::to_string(version));
    database.execute(tables);
    first_rows();
    transaction.commit();
  }
  database.execute("PRAGMA journal_mode = WAL");
}

void open(Database& database) {
  // Sole access: no shared memory file, no lock calls a transaction, and no reader that keeps the WAL from being
  // reused.
  database.execute("PRAGMA locking_mode = EXCLUSIVE");
  if (pragma(database, "application_id") != application_id) {
    throw journal_error(database.file(), "this file is a SQLite database, but not a drift journal",
                        "Name the journal's own file, or move this one away.");
  }
  if (const std::int64_t found = pragma(database, "user_version"); found != version) {
    throw other_version(database.file(), found, version);
  }
  // 2 MiB of pages are cached; the WAL is written back at 1,000 pages and cut to 8 MiB where one transaction needed
  // more.
  database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2048; PRAGMA mmap_size = 0;"
      "PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 8388608");
  // What a crash left in the log goes into the file, so that remains of it never lie behind new frames (wal_check.cpp).
  try {
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const Error& error) {
    if (error.code() != "DiskFull") {  // then the log stays: the journal can be read even so
      throw;
    }
  }
}

void check_file(const std::filesystem::path& file) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, 16> start{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw state_directory(file, "the file cannot be read");
  }
  stream.read(start.data(), start.size());
  if (stream.gcount() == 0) {
    throw damaged(file, "it is empty");
  }
  if (std::string_view(start.data(), start.size()) != magic) {
    throw damaged(file, "it does not begin as a journal does, or is none");
  }
}

}  // namespace drift::journal::schema
