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

// A way through the migrations.
struct Route {
  std::vector<Step> steps = {};
  std::vector<std::string> notes = {};  // to be said of it first
};

struct Passage {
  // The steps by where the migrations stand now. Throws Error for what is refused.
  std::function<Route()> choose;
  // How the rest of so many steps is asked for; empty: as the whole was.
  std::function<std::string(std::size_t left)> rest = {};
};

// By whom and when, where that is known: a person may have marked it.
std::string done_by(Session& session, const Step& step) {
  const std::uint64_t number = step.migration->number;
  const std::vector<RunRecord> runs = session.migrator().history(number);
  const Outcome outcome = step.way == Way::up ? Outcome::applied : Outcome::undone;
  const bool is_known = !runs.empty() && !runs.front().ended.empty() && runs.front().outcome == outcome;
  std::string who = is_known ? ", by " + runs.front().user + "@" + runs.front().host + " at " + runs.front().ended : "";
  if (step.way == Way::down) return who;
  for (const AppliedMigration& row : session.migrator().applied()) {
    const bool is_of_run = is_known && row.run_id == runs.front().run_id && row.applied_at <= runs.front().ended;
    if (row.number == number && !is_of_run && !row.applied_at.empty()) return ", at " + row.applied_at;
  }
  return who;
}

// What is left, of the steps that were chosen at the beginning alone: who asked for two of them, or to undo one, did
// not mean those behind them.
std::vector<Step> still_chosen(const std::vector<Step>& left, const std::vector<Step>& now) {
  std::vector<Step> both;
  for (const Step& step : left) {
    const auto is_same = [&](const Step& other) { return other.migration == step.migration && other.way == step.way; };
    if (std::any_of(now.begin(), now.end(), is_same)) both.push_back(step);
  }
  return both;
}

// Another process was quicker with the step before `left`.
std::vector<Step> after_another(Session& session, const Passage& passage, const Step& done,
                                const std::vector<Step>& left) {
  session.console().note(display_name(*done.migration) + " was " + (done.way == Way::up ? "applied" : "undone") +
                         " meanwhile" + done_by(session, done) + ".");
  // What was applied may be another text than the one here.
  if (left.empty() && done.way == Way::down) return {};
  return still_chosen(left, passage.choose().steps);
}

ExitCode go(Session& session, const Passage& passage) {
  const Route route = passage.choose();
  for (const std::string& note : route.notes) session.console().note(note);
  if (route.steps.empty()) session.console().note("Nothing to do.");
  std::vector<std::string> tables;
  tables.reserve(route.steps.size());
  for (const Step& step : route.steps) tables.push_back(step.migration->migration.table);
  const bool applies =
      std::any_of(route.steps.begin(), route.steps.end(), [](const Step& step) { return step.way == Way::up; });
  check_safeguards(session, tables, applies);
  std::vector<Step> left = route.steps;
  for (bool is_first = true; !left.empty(); is_first = false) {
    const Step step = left.front();
    if (passage.rest) session.set_to_go_on(passage.rest(left.size()));
    if (!is_first && session.stop().stop_requested()) {
      session.console().note("Stopped before " + display_name(*step.migration) +
                             ", of which nothing was begun. To go on: " + session.to_go_on());
      return ExitCode::stopped;
    }
    say_before(session, step);
    const std::optional<ExitCode> code = run_unless_done(session, *step.migration, step.way, step.wish);
    left.erase(left.begin());
    if (!code) {
      left = after_another(session, passage, step, left);
      continue;
    }
    say_after(session, step);
    if (*code != ExitCode::done) return *code;
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
                 .next_step = "Nothing was done. Where its items need it again: {drift} mark-pending " + number +
                              ", then {drift} up --allow-missing. Where they have it already: {drift} mark-pending " +
                              number + ", then {drift} mark-applied " + number + "."});
  }
  throw Error(
      {.code = "Changed",
       .message = name + " is applied to the table " + standing.applied->table + ", and here it is for " + table,
       .next_step = "Nothing was done. Where it was edited, put back what was applied. Other tables, as "
                    "with another --table-prefix, need a metadata table of their own: --meta-table."});
}

void check_unchanged(const Standing& standing) {
  if (standing.state != State::changed) return;
  const std::string number = std::to_string(standing.number);
  throw Error({.code = "Changed",
               .message = display_name(*standing.migration) + " was changed after it was applied",
               .next_step = "Nothing was done. Put back what was applied, and write what is new as another migration: "
                            "{drift} new NAME. If the change is none of substance: {drift} mark-pending " +
                            number + ", then {drift} mark-applied " + number + "."});
}

void check_order(const Standing& standing, std::uint64_t newest_applied, bool allow_missing) {
  if (standing.state != State::out_of_order || standing.number > newest_applied || allow_missing) return;
  throw Error({.code = "OutOfOrder",
               .message = display_name(*standing.migration) + " is not applied, and a later migration is",
               .next_step =
                   "Nothing was done. Give it a number after the last one that is applied, or apply it all the "
                   "same: {drift} up --allow-missing."});
}

void check_not_being_undone(const Session& session, const Standing& standing) {
  if (!is_being_undone(standing)) return;
  throw Error({.code = "Unfinished",
               .message = "migration " + std::to_string(standing.number) + " is being undone, and that is not finished",
               .next_step = "Nothing was done. Finish it: " + session.to_resume()});
}

// An undo takes back what is applied, newest first; what is half applied on top of it would stay.
void check_not_half_applied(const Session& session, const Standing& standing) {
  if (standing.applied || !is_unfinished(standing) || is_being_undone(standing)) return;
  const bool has_sent_nothing = standing.status.last->phase == "scan";
  if (has_sent_nothing && standing.state != State::running) return;
  const std::string number = std::to_string(standing.number);
  throw Error({.code = "Unfinished",
               .message = "migration " + number + " is not finished, and what is applied before it is to be undone",
               .next_step = "Nothing was done. Finish it: " + session.to_resume() +
                            ". Then it can be undone. Or give it up: {drift} restart " + number +
                            "; what it has executed stays executed."});
}

const KnownMigration& migration_of(const Standing& standing) {
  if (standing.migration != nullptr) return *standing.migration;
  const std::string number = std::to_string(standing.number);
  const bool gives_up = is_unfinished(standing);
  throw Error({.code = "MissingFile",
               .message = "migration " + number + (gives_up ? " is not finished" : " is applied") +
                          ", and there is no file of it",
               .next_step = "Nothing was done. Bring its file back to the directory of migrations." +
                            std::string(gives_up ? " Or give its run up: {drift} restart " + number +
                                                       "; what it has executed stays executed."
                                                 : "")});
}

// One that is applied and running is about to be looked at by another process, or to be undone.
bool is_to_apply(const Standing& standing) {
  const State state = standing.state;
  return !standing.applied && (state == State::pending || state == State::unfinished || state == State::running ||
                               state == State::out_of_order);
}

using Standings = std::map<std::uint64_t, Standing>;

// The newest that is applied among them; 0: none.
std::uint64_t newest_applied(const Standings& all) {
  const auto newest =
      std::find_if(all.rbegin(), all.rend(), [](const auto& each) { return bool(each.second.applied); });
  return newest == all.rend() ? 0 : newest->first;
}

// Whatever else is asked of `up`.
void check_up(const Session& session, const Standing& standing) {
  check_table(standing);
  check_unchanged(standing);
  check_not_being_undone(session, standing);
}

Route route_up(const Session& session, const Standings& all, const UpTo& up_to) {
  const std::uint64_t newest = newest_applied(all);
  Route route;
  for (const auto& [number, standing] : all) {
    if (up_to.last && number > *up_to.last) {
      if (!standing.applied) continue;
      route.notes.push_back("note: later migrations are applied; to undo them: {drift} down-to " +
                            std::to_string(*up_to.last));
      break;
    }
    check_up(session, standing);
    if (standing.state == State::missing_file) {
      route.notes.push_back("note: migration " + std::to_string(number) + " is applied, and there is no file of it");
    }
    if (!is_to_apply(standing)) continue;
    if (standing.migration == nullptr) {
      route.notes.push_back("note: migration " + std::to_string(number) +
                            " is not finished, and there is no file of it");
      continue;
    }
    if (up_to.count && route.steps.size() == *up_to.count) break;
    check_order(standing, newest, up_to.allow_missing);
    route.steps.push_back({.migration = &migration_of(standing), .way = Way::up});
  }
  return route;
}

Route route_down(const Session& session, const Standings& all, const DownTo& down_to) {
  Route route;
  for (auto it = all.rbegin(); it != all.rend() && it->first > down_to.last; ++it) {
    if (down_to.count && route.steps.size() == *down_to.count) break;
    const Standing& standing = it->second;
    check_not_half_applied(session, standing);
    if (!standing.applied && !is_being_undone(standing)) continue;
    if (standing.state == State::changed) {
      route.notes.push_back("note: " + display_name(*standing.migration) +
                            " was changed after it was applied; it is undone by what it says now");
    }
    const bool allowed = down_to.allow_later || is_being_undone(standing);  // what has begun goes on
    route.steps.push_back({.migration = &migration_of(standing), .way = Way::down, .wish = {.again = allowed}});
  }
  return route;
}

Route route_to(Session& session, const GoTo& go_to) {
  Standings all = standings(session);
  Route route = route_down(session, all, {.last = go_to.number, .allow_later = go_to.allow_later});
  // As it will be then: what is undone first puts nothing out of order.
  all.erase(all.upper_bound(go_to.number), all.end());
  const Route up = route_up(session, all, {.last = go_to.number, .allow_missing = go_to.allow_missing});
  route.steps.insert(route.steps.end(), up.steps.begin(), up.steps.end());
  route.notes.insert(route.notes.end(), up.notes.begin(), up.notes.end());
  return route;
}

Route route_of_redo(Session& session, bool allow_later) {
  const auto all = standings(session);
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    const Standing& standing = it->second;
    check_not_half_applied(session, standing);
    if (!standing.applied && !is_being_undone(standing)) continue;
    const KnownMigration& migration = migration_of(standing);
    const bool allowed = allow_later || is_being_undone(standing);
    return {.steps = {{.migration = &migration, .way = Way::down, .wish = {.again = allowed}},
                      {.migration = &migration, .way = Way::up}}};
  }
  return {};
}

Route route_of_resume(Session& session) {
  Route route;
  for (const auto& [number, standing] : standings(session)) {
    if (!is_unfinished(standing)) continue;
    if (standing.migration == nullptr && standing.status.last->phase == "scan") {
      route.notes.push_back("note: migration " + std::to_string(number) +
                            " is not finished, and there is no file of it; it has changed nothing");
      continue;
    }
    const bool undone = is_being_undone(standing);
    route.steps.push_back({.migration = &migration_of(standing),
                           .way = undone ? Way::down : Way::up,
                           .wish = {.again = undone, .canary = false}});
  }
  return route;
}

}  // namespace

ExitCode go_up(Session& session, const UpTo& up_to) {
  if (up_to.last) static_cast<void>(session.migrations().at(*up_to.last));
  UpTo meant = up_to;
  Passage passage{.choose = [&] {
    Route route = route_up(session, standings(session), meant);
    // N of them from here on: not of what others leave.
    if (meant.count && !route.steps.empty()) {
      meant.last = route.steps.back().migration->number;
      meant.count.reset();
    }
    return route;
  }};
  if (up_to.count) {
    passage.rest = [&](std::size_t left) {
      return session.command_of("up " + std::to_string(left) + (up_to.allow_missing ? " --allow-missing" : ""));
    };
  }
  return go(session, passage);
}

std::vector<Error> refused_by_up(const Session& session, const std::map<std::uint64_t, Standing>& all,
                                 bool allow_missing) {
  const std::uint64_t newest = newest_applied(all);
  std::vector<Error> errors;
  for (const auto& [_, standing] : all) {
    try {
      check_up(session, standing);
      check_order(standing, newest, allow_missing);
    } catch (const Error& error) {
      errors.push_back(error);
    }
  }
  return errors;
}

ExitCode go_down(Session& session, const DownTo& down_to) {
  return go(session, {.choose = [&] { return route_down(session, standings(session), down_to); }});
}

ExitCode go_to(Session& session, const GoTo& go_to) {
  if (go_to.number > 0) static_cast<void>(session.migrations().at(go_to.number));
  return go(session, {.choose = [&] { return route_to(session, go_to); }});
}

ExitCode redo(Session& session, bool allow_later) {
  // Whoever undoes it meanwhile, it is to be applied again.
  Route route = route_of_redo(session, allow_later);
  Passage passage{.choose = [&] { return route; }};
  if (route.steps.size() > 1) {
    passage.rest = [&](std::size_t left) {
      if (left > 1) return session.command_of(allow_later ? "redo --allow-later" : "redo");
      return session.command_of("up-to " + std::to_string(route.steps.back().migration->number));  // it is undone
    };
  }
  return go(session, passage);
}

ExitCode resume(Session& session) {
  return go(session, {.choose = [&] { return route_of_resume(session); }});
}

}  // namespace drift::cli
