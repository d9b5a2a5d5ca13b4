// One migration: see the header.
#include "cli/run_one.hpp"

#include "cli/advice.hpp"
#include "cli/attended_run.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/run_events.hpp"
#include "cli/verification.hpp"

#include <algorithm>
#include <utility>

namespace drift::cli {

namespace {

std::string summary(const Report& report) {
  std::string text = counted(report.items_scanned, "item") + ", " + grouped(report.actions_done) + " of " +
                     grouped(report.actions_queued) + " actions done";
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) text += ", " + grouped(count) + " " + what;
  };
  add(report.skipped, "skipped by their condition or by a person");
  add(report.gone, "gone");
  add(report.conflicts_resolved, "called again");
  add(report.quarantined, "quarantined");
  add(report.throttled, "throttled");
  return text + ", " + dollars(report.cost);
}

std::string colored_outcome(const Console& console, const Report& report) {
  const Color color = report.ok() ? Color::green : report.outcome == Outcome::stopped ? Color::yellow : Color::red;
  return console.colored(outcome_text(report.outcome), color, true);
}

bool is_at_cap(const Report& report) {
  return std::any_of(report.errors.begin(), report.errors.end(),
                     [](const Error& error) { return error.code() == "CostCap"; });
}

// The line that was typed would meet the same cap; and where others have finished this run meanwhile, it would begin
// the one behind it.
std::string above_cap(const Session& session, const KnownMigration& migration, Way way) {
  const std::string verb = is_outside(migration.number) ? "run " + migration.file.string() : "resume";
  std::string line = session.command_of(verb, {"canary", "max-cost", "max-write-units"});
  if (is_outside(migration.number) && way == Way::down) line += " --undo";
  const RunOptions& options = session.settings().run;
  if (options.max_cost > 0) line += " --max-cost=MORE";
  if (options.max_write_units > 0) line += " --max-write-units=MORE";
  return line;
}

void say(Session& session, const RunName& run, const Report& report, const std::string& to_go_on) {
  Console& console = session.console();
  for (const std::string& note : report.notes) console.note("note: " + note);
  console.errors(report.errors, report.errors_total);
  if (session.settings().json) {
    console.result(finished_event(run, report, exit_code_of(report)));
  } else {
    console.result(colored_outcome(console, report) + "  " + run.migration + ": " + summary(report));
  }
  if (report.outcome == Outcome::stopped && report.items.empty()) {
    const bool has_begun = !report.run_id.empty();  // else it has waited for another process, or not even that
    console.note(has_begun ? "Nothing is lost. To go on" + to_go_on
                           : "It had not begun: nothing was done. To do it: " + session.to_go_on());
  }
}

// What was migrated of a sample is looked at; `done` iff the rest may be migrated.
ExitCode look_at_sample(Session& session, const KnownMigration& migration, const Report& report) {
  if (migration.migration.verify) {
    const ExitCode code = verify_items(session, migration, report.items, session.stop().get_token());
    if (code != ExitCode::done) return code;
  }
  const std::string what = display_name(migration) + ": a canary of " + counted(report.items.size(), "item") +
                           " is migrated" + (migration.migration.verify ? " and verified" : "") + ".";
  if (session.settings().yes) {
    session.console().note(what + " Going on with the rest.");
    return ExitCode::done;
  }
  if (session.console().ask(what + " Go on with the rest?", session.stop().get_token()) == true) return ExitCode::done;
  session.console().note(what + " The rest is as it was. To go on: " + session.to_finish(migration.number));
  return ExitCode::stopped;
}

class OneRun {
 public:
  OneRun(Session& session, const KnownMigration& migration, Way way, RunWish wish)
      : session_(session),
        migration_(migration),
        way_(way),
        wish_(wish),
        name_{.number = migration.number,
              .migration = display_name(migration),
              .table = migration.migration.table,
              .direction = way == Way::up ? "up" : "down"} {}

  // Empty: found done already, if that `may_be`.
  std::optional<ExitCode> execute(bool may_be_done) {
    if (session_.settings().json) session_.console().result(started_event(name_));
    AttendedRun attended(session_, name_);
    const bool tries_some = way_ == Way::up && wish_.canary;
    Report report = run(attended, tries_some ? session_.settings().canary : 0);
    if (may_be_done && is_done_already(report)) {
      if (session_.settings().json) session_.console().result(ended_event(name_.number, name_.migration, outcome()));
      return std::nullopt;
    }
    say(session_, name_, report, to_go_on(report));
    if (!report.items.empty()) {
      const ExitCode code = look_at_sample(session_, migration_, report);
      if (code != ExitCode::done) return code;
      report = run(attended, 0);
      say(session_, name_, report, to_go_on(report));
    }
    if (report.outcome == Outcome::applied && migration_.migration.verify) {
      return verify_one(session_, migration_, Verified::after_up, session_.stop().get_token());
    }
    return exit_code_of(report);
  }

 private:
  [[nodiscard]] std::string outcome() const {
    return outcome_text(way_ == Way::up ? Outcome::applied : Outcome::undone);
  }

  [[nodiscard]] std::string to_go_on(const Report& report) const {
    return is_at_cap(report) ? ", with a higher cap: " + above_cap(session_, migration_, way_)
                             : ": " + session_.to_go_on();
  }

  [[nodiscard]] bool is_done_already(const Report& report) const {
    const char* code = way_ == Way::up ? "AlreadyApplied" : "NotApplied";
    return report.outcome == Outcome::refused && !report.errors.empty() && report.errors.front().code() == code;
  }

  Report run(AttendedRun& attended, std::uint64_t items_max) {
    RunOptions options = attended.options();
    options.allow_applied = wish_.again;
    options.items_max = items_max;
    Migrator& migrator = session_.migrator();
    return advised(
        way_ == Way::up ? migrator.run(migration_.migration, options) : migrator.undo(migration_.migration, options),
        migration_.number, session_.circumstances(migration_.number));
  }

  Session& session_;
  const KnownMigration& migration_;
  const Way way_;
  const RunWish wish_;
  const RunName name_;
};

}  // namespace

ExitCode run_one(Session& session, const KnownMigration& migration, Way way, RunWish wish) {
  return OneRun(session, migration, way, wish).execute(false).value_or(ExitCode::done);
}

std::optional<ExitCode> run_unless_done(Session& session, const KnownMigration& migration, Way way, RunWish wish) {
  return OneRun(session, migration, way, wish).execute(true);
}

}  // namespace drift::cli
