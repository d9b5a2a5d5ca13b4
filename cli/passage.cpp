// Passage: see the header.
#include "cli/passage.hpp"

#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/run_one.hpp"
#include "cli/safeguards.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace drift::cli {

namespace {

struct Step {
  const KnownMigration* migration = nullptr;
  Way way = Way::up;
  RunWish wish = {};
};

// With --verbose: what is about to be run.
void say_before(Session& session, const Step& step) {
  if (!session.settings().verbose) return;
  const KnownMigration& migration = *step.migration;
  session.console().note(display_name(migration) + ": " + (step.way == Way::up ? "up" : "down") + ", table " +
                         migration.migration.table + ", metadata table " + session.settings().meta_table +
                         (migration.file.empty() ? "" : ", file " + migration.file.string()) + ", checksum " +
                         migration.migration.revision);
}

// With --verbose: the run that it was, and what it consumed.
void say_after(Session& session, const Step& step) {
  if (!session.settings().verbose) return;
  std::vector<RunRecord> runs;
  try {
    runs = session.migrator().history(step.migration->number);
  } catch (const Error& error) {
    session.console().note(std::string("note: its history could not be read: ") + error.what());
  }
  if (runs.empty()) return;
  const RunRecord& run = runs.front();
  session.console().note(display_name(*step.migration) + ": run " + run.run_id + ", " + whole(run.read_units) +
                         " RCU, " + whole(run.write_units) + " WCU, " + grouped(run.retried) + " sent again, " +
                         grouped(run.throttled) + " throttled" +
                         (run.journal.empty() ? "" : ", journal " + run.journal));
}

// `next`: how the rest of a passage of so many steps is asked for; empty: as it was.
ExitCode go(Session& session, const std::vector<Step>& steps,
            const std::function<std::string(std::size_t)>& next = {}) {
  if (steps.empty()) session.console().note("Nothing to do.");
  std::vector<std::string> tables;
  tables.reserve(steps.size());
  for (const Step& step : steps) tables.push_back(step.migration->migration.table);
  check_safeguards(session, tables);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (next) session.set_to_go_on(next(steps.size() - i));
    if (i > 0 && session.stop().stop_requested()) {
      session.console().note("Stopped before " + display_name(*step.migration) +
                             ", of which nothing was begun. To go on: " + session.to_go_on());
      return ExitCode::stopped;
    }
    say_before(session, step);
    const ExitCode code = run_one(session, *step.migration, step.way, step.wish);
    say_after(session, step);
    if (code != ExitCode::done) return code;
  }
  return ExitCode::done;
}

void check_table(const Standing& standing) {
  if (standing.state != State::other_table) return;
  const std::string name = display_name(*standing.migration);
  const std::string& table = standing.migration->migration.table;
  const std::string number = std::to_string(standing.number);
  if (table.ends_with(standing.applied->table)) {
    throw Error({.code = "Changed",
                 .message = name + " was applied to a table " + table + " that was since created anew, or restored",
                 .next_step = "Nothing was done. Where its items need it again: drift mark-pending " + number +
                              ", then drift up --allow-missing. Where they have it already: drift mark-pending " +
                              number + ", then drift mark-applied " + number + "."});
  }
  throw Error(
      {.code = "Changed",
       .message = name + " is applied to the table " + standing.applied->table + ", and here it is for " + table,
       .next_step = "Nothing was done. Where its file was edited, put back what was applied. Other tables, as "
                    "with another --table-prefix, need a metadata table of their own: --meta-table."});
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

void check_order(const Standing& standing, std::uint64_t newest_applied, bool allow_missing) {
  if (standing.state != State::out_of_order || standing.number > newest_applied || allow_missing) return;
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

// An undo takes back what is applied, and the rest of a run that is not finished would stay.
void check_not_half_applied(const Standing& standing) {
  if (!is_unfinished(standing) || is_being_undone(standing)) return;
  throw Error({.code = "Unfinished",
               .message = "migration " + std::to_string(standing.number) + " is not finished, and is to be undone",
               .next_step = "Nothing was done. Finish it: drift resume. Then it can be undone."});
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

using Standings = std::map<std::uint64_t, Standing>;

// The newest that is applied among them; 0: none.
std::uint64_t newest_applied(const Standings& all) {
  const auto newest =
      std::find_if(all.rbegin(), all.rend(), [](const auto& each) { return bool(each.second.applied); });
  return newest == all.rend() ? 0 : newest->first;
}

std::vector<Step> steps_up(Session& session, const Standings& all, const UpTo& up_to) {
  const std::uint64_t newest = newest_applied(all);
  std::vector<Step> steps;
  for (const auto& [number, standing] : all) {
    if (up_to.last && number > *up_to.last) break;
    check_table(standing);
    check_unchanged(standing);
    check_not_being_undone(standing);
    if (standing.state == State::missing_file) {
      session.console().note("note: migration " + std::to_string(number) + " is applied, and there is no file of it");
    }
    if (!is_to_apply(standing.state)) continue;
    if (up_to.count && steps.size() == *up_to.count) break;
    check_order(standing, newest, up_to.allow_missing);
    steps.push_back({.migration = &migration_of(standing), .way = Way::up});
  }
  return steps;
}

std::vector<Step> steps_down(Session& session, const Standings& all, const DownTo& down_to) {
  std::vector<Step> steps;
  for (auto it = all.rbegin(); it != all.rend() && it->first > down_to.last; ++it) {
    const Standing& standing = it->second;
    if (!standing.applied && !is_being_undone(standing)) continue;
    if (down_to.count && steps.size() == *down_to.count) break;
    if (standing.state == State::changed) {
      session.console().note("note: " + display_name(*standing.migration) +
                             " was changed after it was applied; it is undone by what its file says now");
    }
    const bool allowed = down_to.allow_later || is_being_undone(standing);  // what has begun goes on
    steps.push_back({.migration = &migration_of(standing), .way = Way::down, .wish = {.again = allowed}});
  }
  return steps;
}

}  // namespace

ExitCode go_up(Session& session, const UpTo& up_to) {
  if (up_to.last) static_cast<void>(session.migrations().at(*up_to.last));
  const Standings all = standings(session);
  const std::vector<Step> steps = steps_up(session, all, up_to);
  if (up_to.last && newest_applied(all) > *up_to.last) {
    session.console().note("note: later migrations are applied; to undo them: drift down-to " +
                           std::to_string(*up_to.last));
  }
  if (!up_to.count) return go(session, steps);
  return go(session, steps, [&](std::size_t left) {
    return session.command_of("up " + std::to_string(left) + (up_to.allow_missing ? " --allow-missing" : ""));
  });
}

ExitCode go_down(Session& session, const DownTo& down_to) {
  return go(session, steps_down(session, standings(session), down_to));
}

ExitCode go_to(Session& session, const GoTo& go_to) {
  if (go_to.number > 0) static_cast<void>(session.migrations().at(go_to.number));
  Standings all = standings(session);
  for (auto it = all.upper_bound(go_to.number); it != all.end(); ++it) check_not_half_applied(it->second);
  std::vector<Step> steps = steps_down(session, all, {.last = go_to.number, .allow_later = go_to.allow_later});
  // As it will be then: what is undone first puts nothing out of order.
  all.erase(all.upper_bound(go_to.number), all.end());
  const auto up = steps_up(session, all, {.last = go_to.number, .allow_missing = go_to.allow_missing});
  steps.insert(steps.end(), up.begin(), up.end());
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
    const bool undone = is_being_undone(standing);
    steps.push_back({.migration = &migration_of(standing),
                     .way = undone ? Way::down : Way::up,
                     .wish = {.again = undone, .canary = false}});
  }
  return go(session, steps);
}

}  // namespace drift::cli
