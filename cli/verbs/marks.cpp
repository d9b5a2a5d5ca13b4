// mark-applied, mark-pending, adopt, restart, sweep, prune, init: the tables and files that drift keeps, by hand.
#include "cli/given_migration.hpp"
#include "cli/names.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

VerbArgument number_argument() { return {.name = "V", .help = "the migration's number", .required = true}; }

VerbArgument migration_argument() {
  return {.name = "V", .help = "the migration's number, or a file that {drift} run has run", .required = true};
}

GivenMigration known_migration(Session& session, const Arguments& arguments) {
  GivenMigration given = given_migration(session, arguments, "V");
  check_known(session, given);
  return given;
}

ExitCode said(Session& session, const std::string& migration, const std::string& what) {
  session.console().note("Migration " + migration + " " + what);
  return ExitCode::done;
}

ExitCode mark_applied(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  session.migrator().mark_applied(session.migrations().at(number).migration);
  return said(session, std::to_string(number), "is marked as applied; no item was touched.");
}

ExitCode mark_pending(Session& session, const Arguments& arguments) {
  const GivenMigration given = known_migration(session, arguments);
  session.migrator().mark_pending(given.number);
  return said(session, given.word, "is marked as not applied; no item was touched.");
}

ExitCode adopt(Session& session, const Arguments& arguments) {
  const GivenMigration given = known_migration(session, arguments);
  session.migrator().adopt(given.number);
  return said(session, given.word, "can be gone on with by the journal that is here: " + given.to_finish);
}

ExitCode restart(Session& session, const Arguments& arguments) {
  const GivenMigration given = known_migration(session, arguments);
  if (unfinished_runs(session.migrator().history(given.number)).empty()) {
    return said(session, given.word, "has no unfinished run. Nothing was done.");
  }
  session.migrator().restart(given.number);
  return said(session, given.word, "begins anew with its next run. What was executed stays executed.");
}

ExitCode sweep(Session& session, const Arguments& arguments) {
  const GivenMigration given = known_migration(session, arguments);
  session.migrator().sweep(given.number);
  return said(session, given.word, "has left no stamps and markers in the tables.");
}

ExitCode prune(Session& session, const Arguments& arguments) {
  const GivenMigration given = known_migration(session, arguments);
  const bool was_there = session.migrator().prune(given.number);
  const bool is_applied = session.migrator().status(given.number).applied;
  if (!was_there) {
    return said(session, given.word,
                std::string(is_applied ? "has no journal in " : "is not applied, and has no journal in ") +
                    session.state_directory().string() + ". Nothing was done.");
  }
  if (!is_applied) return said(session, given.word, "is not applied; the journal that was kept of it is dropped.");
  const auto& files = session.migrations().all();
  const auto file = files.find(given.number);
  return said(session, given.word,
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
          .arguments = {migration_argument()},
          .examples = "  {drift} mark-pending 3\n",
          .run = mark_pending};
}

Verb adopt_verb() {
  return {.name = "adopt",
          .help = "Go on with a journal that was restored from a copy; all it has unfinished counts as doubtful",
          .arguments = {migration_argument()},
          .examples = "  {drift} adopt 3\n",
          .run = adopt};
}

Verb restart_verb() {
  return {.name = "restart",
          .help = "Give an unfinished run up: the next one begins anew, and does again what was done",
          .arguments = {migration_argument()},
          .examples = "  {drift} restart 3\n",
          .run = restart};
}

Verb sweep_verb() {
  return {.name = "sweep",
          .help = "Remove the stamps and markers of finished runs from the tables",
          .arguments = {migration_argument()},
          .examples = "  {drift} sweep 3\n",
          .run = sweep};
}

Verb prune_verb() {
  return {.name = "prune",
          .help = "Drop the journal that is kept for an undo",
          .arguments = {migration_argument()},
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
