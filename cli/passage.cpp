// Passage: see the header.
#include "cli/passage.hpp"

#include "cli/names.hpp"
#include "cli/run_one.hpp"
#include "cli/safeguards.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"

#include <algorithm>
#include <vector>

namespace drift::cli {

namespace {

struct Step {
  const KnownMigration* migration = nullptr;
  Way way = Way::up;
};

ExitCode go(Session& session, const std::vector<Step>& steps) {
  if (steps.empty()) session.console().note("Nothing to do.");
  std::vector<std::string> tables;
  for (const Step& step : steps) tables.push_back(step.migration->migration.table);
  check_safeguards(session, tables);
  for (const Step& step : steps) {
    const ExitCode code = run_one(session, *step.migration, step.way);
    if (code != ExitCode::done) return code;
  }
  return ExitCode::done;
}

void check_unchanged(const Standing& standing) {
  if (standing.state != State::changed) return;
  const std::string number = std::to_string(standing.number);
  throw Error({.code = "Changed",
               .message = display_name(*standing.migration) + " was changed after it was applied",
               .next_step = "Nothing was done. Put back what was applied, and write what is new as another migration: "
                            "drift new NAME. If the change is none of substance: drift mark-pending " +
                            number + ", then drift mark-applied " + number + "."});
}

void check_order(const Standing& standing, bool allow_missing) {
  if (standing.state != State::out_of_order || allow_missing) return;
  throw Error({.code = "OutOfOrder",
               .message = display_name(*standing.migration) + " is not applied, and a later migration is",
               .next_step =
                   "Nothing was done. Give it a number after the last one that is applied, or apply it all the "
                   "same: drift up --allow-missing."});
}

void check_not_being_undone(const Standing& standing) {
  if (!is_being_undone(standing)) return;
  throw Error({.code = "Unfinished",
               .message = "migration " + std::to_string(standing.number) + " is being undone, and that is not finished",
               .next_step = "Nothing was done. Finish it: drift resume."});
}

const KnownMigration& migration_of(const Standing& standing) {
  if (standing.migration != nullptr) return *standing.migration;
  throw Error({.code = "MissingFile",
               .message = "migration " + std::to_string(standing.number) + " is applied, and there is no file of it",
               .next_step = "Nothing was done. Bring its file back to the directory of migrations."});
}

bool is_to_apply(State state) {
  return state == State::pending || state == State::unfinished || state == State::running ||
         state == State::out_of_order;
}

}  // namespace

ExitCode go_up(Session& session, const UpTo& up_to) {
  if (up_to.last) static_cast<void>(session.migrations().at(*up_to.last));
  std::vector<Step> steps;
  for (const auto& [number, standing] : standings(session)) {
    if (up_to.last && number > *up_to.last) break;
    check_unchanged(standing);
    check_not_being_undone(standing);
    if (standing.state == State::missing_file) {
      session.console().note("note: migration " + std::to_string(number) + " is applied, and there is no file of it");
    }
    if (!is_to_apply(standing.state)) continue;
    if (up_to.count && steps.size() == *up_to.count) break;
    check_order(standing, up_to.allow_missing);
    steps.push_back({.migration = &migration_of(standing), .way = Way::up});
  }
  return go(session, steps);
}

ExitCode go_down(Session& session, std::uint64_t last, std::optional<std::uint64_t> count) {
  const auto all = standings(session);
  std::vector<Step> steps;
  for (auto it = all.rbegin(); it != all.rend() && it->first > last; ++it) {
    const Standing& standing = it->second;
    if (!standing.applied && !is_being_undone(standing)) continue;
    if (count && steps.size() == *count) break;
    steps.push_back({.migration = &migration_of(standing), .way = Way::down});
  }
  return go(session, steps);
}

ExitCode redo(Session& session) {
  const auto all = standings(session);
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    const Standing& standing = it->second;
    const bool half_applied = standing.state == State::unfinished && !is_being_undone(standing);
    if (half_applied) return go(session, {{.migration = &migration_of(standing), .way = Way::up}});
    if (!standing.applied && !is_being_undone(standing)) continue;
    const KnownMigration& migration = migration_of(standing);
    return go(session, {{.migration = &migration, .way = Way::down}, {.migration = &migration, .way = Way::up}});
  }
  return go(session, {});
}

ExitCode resume(Session& session) {
  std::vector<Step> steps;
  for (const auto& [number, standing] : standings(session)) {
    if (!is_unfinished(standing)) continue;
    const Way way = is_being_undone(standing) ? Way::down : Way::up;
    steps.push_back({.migration = &migration_of(standing), .way = way});
  }
  return go(session, steps);
}

}  // namespace drift::cli
