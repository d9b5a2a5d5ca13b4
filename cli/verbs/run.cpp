// run: a file outside the sequence, such as a repair that is done once. It is known by its name alone, so what is
// recorded under that name is looked at first: another file of the same name is neither skipped nor gone on with.
#include "cli/numbers.hpp"
#include "cli/run_one.hpp"
#include "cli/safeguards.hpp"
#include "cli/script/lua_script.hpp"
#include "cli/standing.hpp"
#include "cli/verbs.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

std::string moment(const std::string& iso) { return iso.empty() ? "" : " at " + iso; }

std::string by_whom(const RunRecord& run) { return " by " + run.user + "@" + run.host; }

// "applied to Movies at 2026-11-25T18:33:08Z by ana@laptop"
std::string applied_text(Session& session, const AppliedMigration& applied) {
  const std::vector<RunRecord> runs = session.migrator().history(applied.number);
  const auto is_its = [&](const RunRecord& run) { return run.run_id == applied.run_id; };
  const auto its = std::find_if(runs.begin(), runs.end(), is_its);
  return "applied to " + applied.table + moment(applied.applied_at) + (its == runs.end() ? "" : by_whom(*its));
}

std::string begun_text(const std::string& what, const RunRecord& run) {
  return (run.direction == "down" ? "the undo of " : "") + what + " was begun on " + run.table + moment(run.started) +
         by_whom(run) + ", and is not finished";
}

[[noreturn]] void refuse(std::string code, std::string message, std::string next_step) {
  throw Error({.code = std::move(code),
               .message = std::move(message),
               .next_step = "Nothing was done. " + std::move(next_step)});
}

// It may be the file that was run, edited since, or another one: that is not known.
[[noreturn]] void refuse_other(const KnownMigration& migration, const std::string& what, const std::string& checksum,
                               const std::string& next_step) {
  refuse("Changed", what + ": its checksum is " + checksum + ", and this one's " + migration.migration.revision,
         "Give this file another name, or run that one. " + next_step);
}

class OutsideRun {
 public:
  OutsideRun(Session& session, const KnownMigration& migration, Way way, bool again)
      : session_(session),
        migration_(migration),
        way_(way),
        again_(again),
        standing_(standing_outside(session, migration)) {}

  ExitCode execute() {
    if (standing_.applied) check_applied(*standing_.applied);
    const bool goes_on = is_unfinished(standing_);
    if (goes_on) check_unfinished(*standing_.status.last);
    if (way_ == Way::up && standing_.applied && !again_ && !goes_on) {
      session_.console().note(migration_.name + " is already " + applied_text(session_, *standing_.applied) +
                              ". Nothing to do. To run it once more: " + session_.to_go_on() + " --again");
      return ExitCode::done;
    }
    check_safeguards(session_, {migration_.migration.table}, false);
    return run_one(session_, migration_, way_, {.again = again_ || goes_on || way_ == Way::down});
  }

 private:
  [[nodiscard]] std::string other() const { return "another file named " + migration_.name; }

  void check_applied(const AppliedMigration& applied) {
    const std::string number = std::to_string(migration_.number);
    if (!applied.revision.empty() && applied.revision != migration_.migration.revision) {
      refuse_other(migration_, other() + " was " + applied_text(session_, applied), applied.revision,
                   "Where it is that file, edited, and what it did is to stay: {drift} mark-pending " + number +
                       ", then run it.");
    }
    // An undo may be of a table that was restored with what is to be undone.
    if (standing_.state != State::other_table || way_ == Way::down) return;
    refuse("Changed",
           migration_.name + " is " + applied_text(session_, applied) + ", and the table here is another one",
           "Other tables, as with another --table-prefix, need a metadata table of their own: --meta-table. Where the "
           "table was created anew or restored: {drift} mark-pending " +
               number + ", then run it.");
  }

  void check_unfinished(const RunRecord& last) {
    const bool restores = last.direction == "down" && last.revision == "before-images";
    if (!restores && last.revision != migration_.migration.revision) {
      // Nothing of it was sent: the run begins anew, with this file.
      const bool is_before_all = last.phase == "scan" && last.direction == "up" && !standing_.status.running;
      if (is_before_all && way_ == Way::up) {
        return session_.console().note("note: " + begun_text(other(), last) + "; it had sent nothing, and is given up");
      }
      refuse_other(migration_, begun_text(other(), last), last.revision,
                   "To give that up, what it did staying: {drift} restart " + std::to_string(migration_.number) + ".");
    }
    if ((last.direction == "down") == (way_ == Way::down)) return;
    refuse("Unfinished", begun_text(migration_.name, last),
           way_ == Way::up ? "Finish it: " + session_.to_go_on() + " --undo"
                           : "Finish it: {drift} run without --undo. Then it can be undone.");
  }

  Session& session_;
  const KnownMigration& migration_;
  const Way way_;
  const bool again_;
  const Standing standing_;
};

ExitCode run_file(Session& session, const Arguments& arguments) {
  const std::filesystem::path file = arguments.text("FILE");
  KnownMigration migration{.number = number_outside(file.stem().string()), .name = file.stem().string(), .file = file};
  migration.migration = session.load(file, migration.number);
  if (migration.migration.description.empty()) migration.migration.description = migration.name;
  const Way way = arguments.has("undo") ? Way::down : Way::up;
  return OutsideRun(session, migration, way, arguments.has("again")).execute();
}

}  // namespace

Verb run_verb() {
  return {.name = "run",
          .help = "Run a file that is not of the sequence, once",
          .arguments = {{.name = "FILE", .help = "a script like those of the migrations", .required = true},
                        {.name = "again", .help = "although it is applied", .is_flag = true, .has_value = false},
                        {.name = "undo", .help = "undo it", .is_flag = true, .has_value = false}},
          .examples = "  {drift} run repairs/strip_spaces.lua\n  {drift} run repairs/strip_spaces.lua --undo\n",
          .run = run_file};
}

}  // namespace drift::cli
