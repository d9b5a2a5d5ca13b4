// One migration: see the header.
#include "cli/run_one.hpp"

#include "cli/advice.hpp"
#include "cli/attended_run.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
<<<<<<< HEAD
#include "cli/run_events.hpp"
    =======
#include "cli/progress_view.hpp"
#include "cli/verification.hpp"
    >>>>>>> h-plan

#include <utility>

    namespace drift::cli {

  namespace {

  constexpr std::size_t errors_shown = 20;

  std::string summary(const Report& report) {
    std::string text = grouped(report.items_scanned) + " items, " + grouped(report.actions_done) + " of " +
                       grouped(report.actions_queued) + " actions done";
    const auto add = [&](std::uint64_t count, const char* what) {
      if (count > 0) text += ", " + grouped(count) + " " + what;
    };
    add(report.skipped, "skipped by their condition");
    add(report.gone, "gone");
    add(report.conflicts_resolved, "called again");
    add(report.quarantined, "quarantined");
    add(report.throttled, "throttled");
    return text + ", " + dollars(report.cost);
  }

  std::string outcome(const Console& console, const Report& report) {
    const Color color = report.ok() ? Color::green : report.outcome == Outcome::stopped ? Color::yellow : Color::red;
    return console.colored(outcome_text(report.outcome), color, true);
  }

  void say(Session& session, const RunName& run, const Report& report) {
    Console& console = session.console();
    for (const std::string& note : report.notes) console.note("note: " + note);
    for (std::size_t i = 0; i < report.errors.size() && i < errors_shown; ++i) {
      console.error(report.errors[i]);
    }
    if (report.errors_total > errors_shown) {
      console.note("... and " + grouped(report.errors_total - errors_shown) + " more errors");
    }
    if (session.settings().json) {
      console.result(finished_event(run, report, exit_code_of(report)));
    } else {
      console.result(outcome(console, report) + "  " + run.migration + ": " + summary(report));
    }
    if (report.outcome == Outcome::stopped) {
      console.note("Nothing is lost. To go on: " + session.command());
    }
  }

  }  // namespace

  ExitCode run_one(Session & session, const KnownMigration& migration, Way way, Again again) {
    const RunName run{.number = migration.number,
                      .migration = display_name(migration),
                      .table = migration.migration.table,
                      .direction = way == Way::up ? "up" : "down"};
    if (session.settings().json) session.console().result(started_event(run));
    AttendedRun attended(session, run);
    RunOptions options = attended.options();
    options.allow_applied = again == Again::allowed;
<<<<<<< HEAD
    Report report = way == Way::up ? session.migrator().run(migration.migration, options)
                                   : session.migrator().undo(migration.migration, options);
    report = advised(std::move(report), migration.number);
    say(session, run, report);
=======
    if (!session.settings().quiet) {
      options.on_progress = [&](const Progress& progress) { view.show(progress, std::chrono::steady_clock::now()); };
    }
    const Report report = way == Way::up ? session.migrator().run(migration.migration, options)
                                         : session.migrator().undo(migration.migration, options);
    say(session, migration, report);
    if (report.outcome == Outcome::applied && migration.migration.verify) {
      return verify_one(session, migration, Verified::after_up, stop.token());
    }
>>>>>>> h-plan
    return exit_code_of(report);
  }

}  // namespace drift::cli
