// Standing: see the header.
#include "cli/standing.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

bool is_unfinished(const MigrationStatus& status) {
  return status.last && status.last->outcome != Outcome::applied && status.last->outcome != Outcome::undone &&
         status.last->phase != "given up";
}

State state_of(const Standing& standing, std::uint64_t newest_applied) {
  if (standing.status.running) return State::running;
  const bool undoing = is_unfinished(standing.status) && standing.status.last->direction == "down";
  if (standing.applied && !undoing) {
    if (standing.migration == nullptr) return State::missing_file;
    const std::string& then = standing.applied->revision;
    if (!then.empty() && then != standing.migration->migration.revision) return State::changed;
    return State::applied;
  }
  if (is_unfinished(standing.status)) return State::unfinished;
  return standing.number < newest_applied ? State::out_of_order : State::pending;
}

}  // namespace

std::map<std::uint64_t, Standing> standings(Session& session) {
  std::map<std::uint64_t, Standing> all;
  for (const auto& [number, migration] : session.migrations().all()) {
    all[number].migration = &migration;
  }
  std::uint64_t newest_applied = 0;
  for (AppliedMigration& applied : session.migrator().applied()) {
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
      return outcome_text(standing.status.last->outcome);
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
