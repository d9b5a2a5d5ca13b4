// One migration: see the header.
#include "cli/run_one.hpp"

#include "cli/advice.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/progress_view.hpp"
#include "cli/verification.hpp"

#include <drift/signal_stop.hpp>

#include <chrono>

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

void say(Session& session, const KnownMigration& migration, const Report& report) {
  Console& console = session.console();
  for (const std::string& note : report.notes) console.note("note: " + note);
  for (std::size_t i = 0; i < report.errors.size() && i < errors_shown; ++i) {
    console.error(advised(report.errors[i], migration.number));
  }
  if (report.errors_total > errors_shown) {
    console.note("... and " + grouped(report.errors_total - errors_shown) + " more errors");
  }
  const Color color = report.ok() ? Color::green : report.outcome == Outcome::stopped ? Color::yellow : Color::red;
  console.result(console.colored(outcome_text(report.outcome), color, true) + "  " + display_name(migration) + ": " +
                 summary(report));
  if (report.outcome == Outcome::stopped) {
    console.note("Nothing is lost. To go on: " + session.command());
  }
}

}  // namespace

ExitCode run_one(Session& session, const KnownMigration& migration, Way way, Again again) {
  const SignalStop stop;
  ProgressView view(session.console(), display_name(migration));
  RunOptions options = session.settings().run;
  options.stop = stop.token();
  options.allow_applied = again == Again::allowed;
  if (!session.settings().quiet) {
    options.on_progress = [&](const Progress& progress) { view.show(progress, std::chrono::steady_clock::now()); };
  }
  const Report report = way == Way::up ? session.migrator().run(migration.migration, options)
                                       : session.migrator().undo(migration.migration, options);
  say(session, migration, report);
  if (report.outcome == Outcome::applied && migration.migration.verify) {
    return verify_one(session, migration, Verified::after_up, stop.token());
  }
  return exit_code_of(report);
}

}  // namespace drift::cli
