// mark-applied, mark-pending, adopt, restart, sweep, prune, init: the tables and files that drift keeps, by hand.
#include "cli/names.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

VerbArgument number_argument() { return {.name = "V", .help = "the migration's number", .required = true}; }

// A slip of the hand: nothing is known of such a migration.
void check_known(Session& session, std::uint64_t number) {
  if (!session.migrator().history(number).empty()) return;
  const auto applied = session.migrator().applied();
  const auto is_it = [&](const AppliedMigration& each) { return each.number == number; };
  // What drift run has run is in no directory of migrations, so that is looked for last.
  if (std::any_of(applied.begin(), applied.end(), is_it) || session.migrations().all().contains(number)) return;
  throw usage_error("there is no migration " + std::to_string(number), "Nothing was done. {drift} status lists them.");
}

ExitCode said(Session& session, std::uint64_t number, const std::string& what) {
  session.console().note("Migration " + std::to_string(number) + " " + what);
  return ExitCode::done;
}

ExitCode mark_applied(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  session.migrator().mark_applied(session.migrations().at(number).migration);
  return said(session, number, "is marked as applied; no item was touched.");
}

ExitCode mark_pending(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  check_known(session, number);
  session.migrator().mark_pending(number);
  return said(session, number, "is marked as not applied; no item was touched.");
}

ExitCode adopt(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  check_known(session, number);
  session.migrator().adopt(number);
  return said(session, number, "can be gone on with by the journal that is here: " + session.to_resume());
}

ExitCode restart(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  check_known(session, number);
  if (unfinished_runs(session.migrator().history(number)).empty()) {
    return said(session, number, "has no unfinished run. Nothing was done.");
  }
  session.migrator().restart(number);
  return said(session, number, "begins anew with its next run. What was executed stays executed.");
}

ExitCode sweep(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  check_known(session, number);
  session.migrator().sweep(number);
  return said(session, number, "has left no stamps and markers in the tables.");
}

ExitCode prune(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  check_known(session, number);
  const bool was_there = session.migrator().prune(number);
  const bool is_applied = session.migrator().status(number).applied;
  if (!was_there) {
    return said(session, number,
                std::string(is_applied ? "has no journal in " : "is not applied, and has no journal in ") +
                    session.state_directory().string() + ". Nothing was done.");
  }
  if (!is_applied) return said(session, number, "is not applied; the journal that was kept of it is dropped.");
  const auto& files = session.migrations().all();
  const auto file = files.find(number);
  return said(session, number,
              file != files.end() && file->second.migration.down
                  ? "has no journal any more: {drift} down calls its own down."
                  : "has no journal any more, and no down of its own: it cannot be undone.");
}

ExitCode init(Session& session, const Arguments&) {
  session.migrator().init();
  session.console().note("The metadata table " + session.settings().meta_table + " can be used.");
  return ExitCode::done;
}

}  // namespace

Verb mark_applied_verb() {
  return {.name = "mark-applied",
          .aliases = {"force"},
          .help = "Record a migration as applied without running it",
          .arguments = {number_argument()},
          .examples = "  {drift} mark-applied 3\n",
          .run = mark_applied};
}

Verb mark_pending_verb() {
  return {.name = "mark-pending",
          .help = "Record a migration as not applied without undoing it",
          .arguments = {number_argument()},
          .examples = "  {drift} mark-pending 3\n",
          .run = mark_pending};
}

Verb adopt_verb() {
  return {.name = "adopt",
          .help = "Go on with a journal that was restored from a copy; all it has unfinished counts as doubtful",
          .arguments = {number_argument()},
          .examples = "  {drift} adopt 3\n",
          .run = adopt};
}

Verb restart_verb() {
  return {.name = "restart",
          .help = "Give an unfinished run up: the next one begins anew, and does again what was done",
          .arguments = {number_argument()},
          .examples = "  {drift} restart 3\n",
          .run = restart};
}

Verb sweep_verb() {
  return {.name = "sweep",
          .help = "Remove the stamps and markers of finished runs from the tables",
          .arguments = {number_argument()},
          .examples = "  {drift} sweep 3\n",
          .run = sweep};
}

Verb prune_verb() {
  return {.name = "prune",
          .help = "Drop the journal that is kept for an undo",
          .arguments = {number_argument()},
          .examples = "  {drift} prune 3\n",
          .run = prune};
}

Verb init_verb() {
  return {.name = "init",
          .help = "Create the metadata table, unless it is there",
          .examples = "  {drift} init\n  {drift} init --meta-table team-migrations\n",
          .run = init};
}

}  // namespace drift::cli
