// Standing: see the header.
#include "cli/standing.hpp"

#include "cli/numbers.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

// Of the files' tables the name, of an ARN too.
std::string table_of(const KnownMigration& migration) {
  const std::string& table = migration.migration.table;
  return table.substr(table.find_last_of('/') + 1);
}

// The identities of tables, each asked for once.
class TableIds {
 public:
  explicit TableIds(Client& client) : client_(client) {}

  // Empty for a table that there is not, or that may not be described.
  const std::string& of(const std::string& table) {
    const auto [found, is_new] = ids_.try_emplace(table);
    if (!is_new) return found->second;
    try {
      found->second = client_.describe_table(table).id;
    } catch (const Error& error) {
      if (error.retryable()) throw;
    }
    return found->second;
  }

 private:
  Client& client_;
  std::map<std::string, std::string> ids_;
};

// Also one of the same name that was created anew, or restored.
bool is_other_table(const AppliedMigration& applied, const KnownMigration& migration, TableIds& ids) {
  if (!applied.table.empty() && applied.table != table_of(migration)) return true;
  if (applied.table_id.empty()) return false;
  const std::string& now = ids.of(migration.migration.table);
  return !now.empty() && now != applied.table_id;
}

State state_of_applied(const Standing& standing, TableIds& ids) {
  if (standing.migration == nullptr) return State::missing_file;
  const AppliedMigration& applied = *standing.applied;
  if (is_other_table(applied, *standing.migration, ids)) return State::other_table;
  const std::string& revision = standing.migration->migration.revision;
  return applied.revision.empty() || applied.revision == revision ? State::applied : State::changed;
}

State state_of(const Standing& standing, std::uint64_t newest_applied, TableIds& ids) {
  if (standing.status.running) return State::running;
  if (!standing.problem.empty()) return State::broken;
  if (standing.applied && !is_being_undone(standing)) return state_of_applied(standing, ids);
  if (is_unfinished(standing)) return State::unfinished;
  return standing.number < newest_applied ? State::out_of_order : State::pending;
}

// Nothing is here of it, and nothing is left of its runs.
bool is_unknown(const Standing& standing) {
  return standing.migration == nullptr && !standing.applied && !standing.status.running && !is_unfinished(standing);
}

}  // namespace

bool is_unfinished(const Standing& standing) { return standing.status.last && standing.status.last->is_unfinished(); }

bool is_being_undone(const Standing& standing) {
  return is_unfinished(standing) && standing.status.last->direction == "down";
}

std::map<std::uint64_t, Standing> standings(Session& session, BrokenFiles broken_files) {
  std::map<std::uint64_t, Standing> all;
  const MigrationSet& files = session.migrations();
  for (const auto& [number, migration] : broken_files == BrokenFiles::shown ? files.sound() : files.all()) {
    all[number].migration = &migration;
  }
  for (const auto& [number, broken] : files.broken()) {
    all[number].migration = &broken.known;
    all[number].problem = broken.error.what();
  }
  std::uint64_t newest_applied = 0;
  for (AppliedMigration& applied : session.migrator().applied()) {
    if (is_outside(applied.number)) continue;
    newest_applied = std::max(newest_applied, applied.number);
    all[applied.number].applied = std::move(applied);
  }
  // Those whose file is not here are of interest while they are half applied.
  for (const std::uint64_t number : session.migrator().begun()) {
    if (!is_outside(number)) all.try_emplace(number);
  }
  TableIds ids(session.client());
  for (auto& [number, standing] : all) {
    standing.number = number;
    standing.status = session.migrator().status(number);
    standing.state = state_of(standing, newest_applied, ids);
  }
  std::erase_if(all, [](const auto& each) { return is_unknown(each.second); });
  return all;
}

Standing standing_outside(Session& session, const KnownMigration& migration) {
  Standing standing{.number = migration.number, .migration = &migration};
  for (AppliedMigration& applied : session.migrator().applied()) {
    if (applied.number == migration.number) standing.applied = std::move(applied);
  }
  standing.status = session.migrator().status(migration.number);
  TableIds ids(session.client());
  standing.state = state_of(standing, 0, ids);
  return standing;
}

std::string state_text(const Standing& standing) {
  switch (standing.state) {
    case State::pending:
      return "pending";
    case State::running:
      return "running";
    case State::unfinished:
      return (is_being_undone(standing) ? "undo " : "") + end_text(*standing.status.last) +
             (standing.migration == nullptr ? ", missing file" : "");
    case State::applied:
      return "applied";
    case State::changed:
      return "changed";
    case State::other_table:
      return "other table";
    case State::missing_file:
      return "missing file";
    case State::broken:
      return "broken";
    case State::out_of_order:
      break;
  }
  return "out of order";
}

std::string end_text(const RunRecord& run) { return run.ended.empty() ? "interrupted" : outcome_text(run.outcome); }

}  // namespace drift::cli
