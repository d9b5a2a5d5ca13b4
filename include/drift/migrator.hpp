// Migrator: runs and undoes migrations, and keeps the metadata table that says which are applied.
//
// The metadata table has the key `Number` (N) and the attributes `TableName` and `Description`; its rows are those of
// the Go library dynamo-drift, readable both ways. A run's queue is a journal, a file in the state directory, so an
// unfinished run goes on where it was when it is run again.
//
// Methods may be called from several threads at once; one migration is run by one caller at a time.
#pragma once

#include <drift/client.hpp>
#include <drift/failure.hpp>
#include <drift/lease.hpp>
#include <drift/migration.hpp>
#include <drift/migration_status.hpp>
#include <drift/report.hpp>
#include <drift/run_options.hpp>
#include <drift/run_record.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace drift {

struct MigratorOptions {
  std::string meta_table = {};           // required
  std::filesystem::path state_dir = {};  // of journals; empty: $XDG_STATE_HOME/drift, else ~/.local/state/drift
  // How long mark_applied, mark_pending, restart, adopt and resolve wait for another process that runs the migration;
  // after that their error is "Locked". A run has its own: RunOptions::lock_timeout.
  std::chrono::milliseconds lock_timeout{2'000};
};

// The metadata table's capacity; both 0: on demand.
struct InitOptions {
  std::uint64_t write_units = 0;
  std::uint64_t read_units = 0;
};

// A row of the metadata table.
struct AppliedMigration {
  std::uint64_t number = 0;
  std::string table = {};
  std::string description = {};
  // Empty in rows of the Go library dynamo-drift:
  std::string table_id = {};    // of the table as it was then: another one after it was created anew or restored
  std::string applied_at = {};  // UTC, ISO 8601
  std::string run_id = {};      // empty: marked by a person, and never run
  std::string revision = {};    // Migration::revision as it was then
};

class Migrator {
 public:
  // Throws Error (code "ConfigError") for an empty or impossible table name, or where no state directory can be named.
  Migrator(Client& client, MigratorOptions options);
  Migrator(const Client&&, MigratorOptions) = delete;  // it refers to the client

  // Creates the metadata table unless it exists, and returns once it can be used. Throws Error; code "WrongMetaTable"
  // when a table of that name has another key.
  void init(const InitOptions& options = {});
  // What the metadata table has, by number. Throws Error.
  std::vector<AppliedMigration> applied();

  // Scans the table, calls `up` for each item, then executes the queued actions, then records the migration as applied.
  // Resumes the migration's unfinished run if there is one. Never throws for what happens in the run: see the report.
  Report run(const Migration& migration, const RunOptions& options = {});
  // The same with `down`; the metadata row is removed at its end.
  Report undo(const Migration& migration, const RunOptions& options = {});

  // Each of these throws Error for what it cannot do, and for what a call to DynamoDB throws.

  MigrationStatus status(std::uint64_t number);
  // The numbers of all migrations that were ever run here, or marked by hand, ascending: also of those whose file is
  // gone.
  std::vector<std::uint64_t> begun();
  // The runs and undos of a migration, newest first.
  std::vector<RunRecord> history(std::uint64_t number);
  // The actions of an unfinished run that failed or wait for a decision; at most 100,000. The run must not be going on.
  std::vector<Failure> failures(std::string_view run_id);
  // Decides for all actions of `failures` on the item with this key; kept with who and when. Run the migration again to
  // go on.
  void resolve(std::string_view run_id, const Attributes& key, Resolution resolution);
  // Who runs a migration now.
  std::vector<Lease> leases();
  // Releases the lease that has this token; refused (code "OwnerAlive") while its owner lives. Waits up to 30 s to find
  // that out.
  void unlock(std::uint64_t number, std::uint64_t token);
  // Gives an unfinished run of the migration up: the next one begins anew. What was executed stays executed, and is
  // executed once more.
  void restart(std::uint64_t number);
  // Goes on with a journal that is an older copy: all that is unfinished in it counts as maybe executed.
  void adopt(std::uint64_t number);
  // Removes what finished runs of the migration left in the tables: their stamps, and markers of actions that were in
  // doubt. Do it 15 minutes after the last run at the earliest, when no request of it can be on its way any more.
  void sweep(std::uint64_t number);
  // Drops the journal that is kept of an applied migration; it can then only be undone with `down`. True iff there was
  // one in the state directory. Refused while the migration has an unfinished run (code "Unfinished"): an undo may need
  // it to go on.
  bool prune(std::uint64_t number);
  // The metadata row by hand, without touching the table's items: as applied now, or not applied. Each is refused while
  // the migration has an unfinished run (code "Unfinished"), and where it is so already ("AlreadyApplied",
  // "NotApplied"). mark_applied again with another revision: call mark_pending first.
  void mark_applied(const Migration& migration);
  void mark_pending(std::uint64_t number);

 private:
  Client* client_;
  MigratorOptions options_;
};

}  // namespace drift
