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

State state_of_applied(const Standing& standing) {
  if (standing.migration == nullptr) return State::missing_file;
  const AppliedMigration& applied = *standing.applied;
  if (!applied.table.empty() && applied.table != table_of(*standing.migration)) return State::other_table;
  const std::string& revision = standing.migration->migration.revision;
  return applied.revision.empty() || applied.revision == revision ? State::applied : State::changed;
}

State state_of(const Standing& standing, std::uint64_t newest_applied) {
  if (standing.status.running) return State::running;
  if (standing.applied && !is_being_undone(standing)) return state_of_applied(standing);
  if (is_unfinished(standing)) return State::unfinished;
  return standing.number < newest_applied ? State::out_of_order : State::pending;
}

}  // namespace

bool is_unfinished(const Standing& standing) { return standing.status.last && standing.status.last->is_unfinished(); }

bool is_being_undone(const Standing& standing) {
  return is_unfinished(standing) && standing.status.last->direction == "down";
}

std::map<std::uint64_t, Standing> standings(Session& session) {
  std::map<std::uint64_t, Standing> all;
  for (const auto& [number, migration] : session.migrations().all()) {
    all[number].migration = &migration;
  }
  std::uint64_t newest_applied = 0;
  for (AppliedMigration& applied : session.migrator().applied()) {
    if (is_outside(applied.number)) continue;
    newest_applied = std::max(newest_applied, applied.number);
    all[applied.number].applied = std::move(applied);
  }
  for (auto& [number, standing] : all) {
    standing.number = number;
    standing.status = session.migrator().status(number);
    standing.state = state_of(standing, newest_applied);
  }
  return all;
}

std::string state_text(const Standing& standing) {
  switch (standing.state) {
    case State::pending:
      return "pending";
    case State::running:
      return "running";
    case State::unfinished:
      return standing.status.last->ended.empty() ? "interrupted" : outcome_text(standing.status.last->outcome);
    case State::applied:
      return "applied";
    case State::changed:
      return "changed since applied";
    case State::other_table:
      return "applied to another table";
    case State::missing_file:
      return "missing file";
    case State::out_of_order:
      break;
  }
  return "out of order";
}

}  // namespace drift::cli
