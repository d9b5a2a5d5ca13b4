// status, version, history: what is applied and what was run.
#include "cli/given_migration.hpp"
#include "cli/json_text.hpp"
#include "cli/misnamed_files.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/run_sight.hpp"
#include "cli/standing.hpp"
#include "cli/verbs.hpp"
#include "migrate/host_identity.hpp"

#include <algorithm>
#include <tuple>

namespace drift::cli {

namespace {

Color color_of(State state) {
  if (state == State::applied) return Color::green;
  if (state == State::pending) return Color::none;
  return state == State::running || state == State::unfinished ? Color::yellow : Color::red;
}

const RunRecord* last_of(const Standing& standing) { return standing.status.last ? &*standing.status.last : nullptr; }

// Since when it stands as it does.
std::string when(const Standing& standing) {
  if (standing.status.running) return standing.status.running->since;
  const RunRecord* last = last_of(standing);
  if (standing.state == State::unfinished) return last->ended.empty() ? last->changed : last->ended;
  return standing.applied ? standing.applied->applied_at : "";
}

// The run to which its state is due; null: it was marked by a person, undone, or another run was last.
const RunRecord* run_of(const Standing& standing) {
  const RunRecord* last = last_of(standing);
  const bool is_of_it = last != nullptr && (standing.state == State::unfinished || standing.state == State::running ||
                                            (standing.applied && last->run_id == standing.applied->run_id));
  return is_of_it ? last : nullptr;
}

std::string who(const Standing& standing) {
  if (const auto& running = standing.status.running) return running->user + "@" + running->host;
  const RunRecord* run = run_of(standing);
  return run == nullptr ? "" : run->user + "@" + run->host;
}

std::string name_of(const Standing& standing) {
  if (standing.migration != nullptr) return standing.migration->name;
  if (standing.applied) return standing.applied->description;
  return last_of(standing) == nullptr ? "" : last_of(standing)->description;
}

std::string table_of(const Standing& standing) {
  if (standing.migration != nullptr && standing.problem.empty()) return standing.migration->migration.table;
  if (standing.applied) return standing.applied->table;
  return last_of(standing) == nullptr ? "" : last_of(standing)->table;
}

// A standing with what its process says, where it can be asked.
struct Row {
  const Standing& standing;
  std::optional<RunSight> sight = {};
};

struct Counts {
  std::uint64_t items = 0;
  std::uint64_t actions = 0;
  std::uint64_t actions_queued = 0;
};

// As they are now; empty: that is not known here.
std::optional<Counts> counts_of(const Row& row) {
  if (row.sight) {
    const Progress& progress = row.sight->progress;
    return Counts{progress.items_scanned, progress.actions_done, progress.actions_queued};
  }
  const RunRecord* run = run_of(row.standing);
  if (run == nullptr || !row.standing.status.is_counted) return std::nullopt;
  return Counts{run->items_scanned, run->actions_done, run->actions_queued};
}

std::string json_of(const Row& row) {
  const Standing& standing = row.standing;
  JsonText json;
  json.number("number", standing.number)
      .text("name", name_of(standing))
      .text("table", table_of(standing))
      .text("state", state_text(standing))
      .text_if("when", when(standing))
      .text_if("who", who(standing));
  const RunRecord* run = run_of(standing);
  if (run != nullptr) json.text("run", run->run_id);
  if (const auto counts = counts_of(row)) {
    json.number("items", counts->items)
        .number("actions", counts->actions)
        .number("actions_queued", counts->actions_queued);
  }
  if (!standing.problem.empty()) {
    json.text("problem", standing.problem);
  } else if (run != nullptr) {
    json.text_if("problem", run->problem);
  }
  if (row.sight) json.raw("progress", row.sight->json);
  return json.take();
}

// Why it is not finished, and the next command.
std::string text_of_unfinished(const Session& session, const Standing& standing) {
  const RunRecord& run = *last_of(standing);
  const std::string here = migrate::this_process().host;
  std::string why = run.problem;
  if (const auto& left = standing.status.left; left && run.ended.empty()) {
    why = "its process (pid " + std::to_string(left->pid) + " on " + left->host +
          (left->host == here ? ") is gone" : ") has given no sign of life since " + left->renewed);
  } else if (run.ended.empty()) {
    why = "its process (pid " + std::to_string(run.pid) + " on " + run.host + ") ended without a last word";
  } else if (why.empty()) {
    why = run.outcome == Outcome::stopped ? "it was stopped" : "it is not finished";
  }
  const bool has_left_items = !run.ended.empty() && run.outcome == Outcome::quarantined;
  const std::string missing = standing.migration == nullptr ? "no file here has its number: bring it back; " : "";
  const std::string next = has_left_items ? "the items that are left: {drift} failures " + std::to_string(run.number)
                                          : "to go on: " + session.to_resume();
  return why + "; " + missing + next + (run.host == here ? "" : ", on " + run.host + ", where its journal is");
}

// What a person needs to know beside the line of the table; empty: nothing.
std::string remark(const Session& session, const Row& row) {
  const Standing& standing = row.standing;
  switch (standing.state) {
    case State::unfinished:
      return text_of_unfinished(session, standing);
    case State::changed:
      return std::string(standing.migration->file.empty() ? "its revision changed" : "its file was edited") +
             " after it was applied; {drift} up says what can be done";
    case State::other_table:
      if (table_of(standing).ends_with(standing.applied->table)) {
        return "its table was created anew or restored since it was applied; {drift} up says what can be done";
      }
      return "it was applied to the table " + standing.applied->table + ", and here it is for " + table_of(standing);
    case State::broken:
      return (standing.applied ? "applied, and broken: " : "broken: ") + standing.problem;
    case State::missing_file:
      return "it is applied, and no file here has its number";
    case State::out_of_order:
      return "a later one is applied: {drift} up --allow-missing applies it all the same";
    case State::running:
      return row.sight ? row.sight->line : "its run does not answer here; what it has done so far is not known";
    case State::pending:
    case State::applied:
      break;
  }
  return {};
}

// Within 100 columns for usual names.
void print(Session& session, const std::vector<Row>& all) {
  Console& console = session.console();
  Rows rows{{"number", "name", "state", "when (UTC)", "who", "items", "actions"}};
  for (const Row& row : all) {
    const Standing& standing = row.standing;
    const auto counts = counts_of(row);
    const std::string unknown = run_of(standing) == nullptr ? "" : "?";
    const std::string state = console.colored(state_text(standing), color_of(standing.state), true);
    rows.push_back({std::to_string(standing.number), name_of(standing), state, short_time(when(standing)),
                    who(standing), counts ? grouped(counts->items) : unknown,
                    counts ? grouped(counts->actions) : unknown});
  }
  console.table(rows);
  for (const Row& row : all) {
    if (const std::string text = remark(session, row); !text.empty())
      console.note(std::to_string(row.standing.number) + ": " + text);
  }
}

// What a pipeline asks for with --exit-code.
ExitCode code_of(const std::map<std::uint64_t, Standing>& all) {
  const auto any = [&](auto... states) {
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& each) { return ((each.second.state == states) || ...); });
  };
  if (any(State::broken)) return ExitCode::refused;
  if (any(State::changed, State::out_of_order, State::other_table)) return ExitCode::changed;
  if (any(State::running)) return ExitCode::locked;
  if (any(State::pending, State::unfinished)) return ExitCode::pending;
  return ExitCode::done;
}

// With --verbose: from another directory, or without its drift.toml, it may be another table than is thought.
void say_where(Session& session) {
  const Settings& settings = session.settings();
  if (!settings.verbose) return;
  session.console().note("metadata table " + settings.meta_table + " in " + session.client().region() + " at " +
                         session.client().endpoint() + ", files of " + settings.dir.string());
}

ExitCode status(Session& session, const Arguments& arguments) {
  say_where(session);
  note_misnamed_files(session.console(), session.settings().dir);
  const auto all = standings(session, BrokenFiles::shown);
  std::vector<Row> rows;
  for (const auto& [number, standing] : all) {
    rows.push_back({.standing = standing});
    if (standing.state == State::running) rows.back().sight = look_at_run(session, number);
  }
  if (session.settings().json) {
    for (const Row& row : rows) session.console().result(json_of(row));
  } else if (rows.empty()) {
    session.console().note("There are no migrations yet. Begin one: {drift} new NAME");
  } else {
    print(session, rows);
  }
  return arguments.has("exit-code") ? code_of(all) : ExitCode::done;
}

ExitCode version(Session& session, const Arguments&) {
  std::uint64_t newest = 0;
  for (const AppliedMigration& applied : session.migrator().applied()) {
    if (!is_outside(applied.number)) newest = std::max(newest, applied.number);
  }
  session.console().result(session.settings().json ? JsonText().number("version", newest).take()
                                                   : std::to_string(newest));
  return ExitCode::done;
}

std::string json_of(const RunRecord& run) {
  return JsonText()
      .text("run", run.run_id)
      .number("number", run.number)
      .text_if("description", run.description)
      .text("direction", run.direction)
      .text("table", run.table)
      .text("phase", run.phase)
      .text("outcome", run.ended.empty() ? "" : outcome_text(run.outcome))
      .text("started", run.started)
      .text("ended", run.ended)
      .text("user", run.user)
      .text("host", run.host)
      .number("items", run.items_scanned)
      .number("actions_queued", run.actions_queued)
      .number("actions_done", run.actions_done)
      .number("quarantined", run.quarantined)
      .decimal("read_units", run.read_units)
      .decimal("write_units", run.write_units)
      .text("journal", run.journal)
      .text_if("problem", run.problem)
      .take();
}

std::string outcome_of(const RunRecord& run) {
  if (run.phase == RunRecord::phase_given_up) return run.phase;
  return run.ended.empty() ? run.phase + ", not ended" : outcome_text(run.outcome);
}

// As it was called then; of runs of earlier versions the file's name, else what the metadata table has.
std::string name_of(const MigrationSet& files, const std::vector<AppliedMigration>& applied, const RunRecord& run) {
  if (!run.description.empty()) return run.description;
  if (const auto file = files.sound().find(run.number); file != files.sound().end()) return file->second.name;
  for (const AppliedMigration& each : applied) {
    if (each.number == run.number) return each.description;
  }
  return {};
}

ExitCode history(Session& session, const Arguments& arguments) {
  std::vector<RunRecord> runs;
  const auto applied = session.migrator().applied();
  if (arguments.has("V")) {
    const GivenMigration given = given_migration(session, arguments, "V");
    runs = session.migrator().history(given.number);
    if (runs.empty()) check_known(session, given);
  } else {
    for (const std::uint64_t each : session.migrator().begun()) {
      for (RunRecord& run : session.migrator().history(each)) runs.push_back(std::move(run));
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [](const RunRecord& a, const RunRecord& b) {
    return std::tie(a.started, a.number) > std::tie(b.started, b.number);
  });
  if (session.settings().json) {
    for (const RunRecord& run : runs) session.console().result(json_of(run));
    return ExitCode::done;
  }
  if (runs.empty()) {
    session.console().note("Nothing was run yet.");
    return ExitCode::done;
  }
  Rows rows{{"number", "name", "table", "way", "outcome", "started (UTC)", "ended (UTC)", "who", "items", "actions"}};
  for (const RunRecord& run : runs) {
    rows.push_back({is_outside(run.number) ? "-" : std::to_string(run.number),
                    name_of(session.migrations(), applied, run), run.table, run.direction, outcome_of(run),
                    short_time(run.started), short_time(run.ended), run.user + "@" + run.host,
                    grouped(run.items_scanned), grouped(run.actions_done)});
  }
  session.console().table(rows);
  return ExitCode::done;
}

}  // namespace

Verb status_verb() {
  return {
      .name = "status",
      .aliases = {"info"},
      .help = "Show each migration and where it stands",
      .arguments = {{.name = "exit-code",
                     .help = "exit with 3 when something is pending, 4 when it runs, 5 when changed or out of order, "
                             "2 when a file is broken",
                     .is_flag = true,
                     .has_value = false}},
      .examples = "  {drift} status\n  {drift} status --json\n  {drift} status --exit-code\n",
      .run = status,
      .only_prints = true};
}

Verb version_verb() {
  return {.name = "version",
          .help = "Print the number of the newest migration that is applied; 0: none",
          .examples = "  {drift} version\n",
          .run = version,
          .only_prints = true};
}

Verb history_verb() {
  return {.name = "history",
          .help = "List the runs and undos, of one migration or of all, the newest first",
          .arguments = {{.name = "V", .help = "the migration's number, or a file that {drift} run has run"}},
          .examples = "  {drift} history\n  {drift} history 3 --json\n",
          .run = history,
          .only_prints = true};
}

}  // namespace drift::cli
