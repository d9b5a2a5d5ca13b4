// Resuming: see the header.
#include "migrate/resume.hpp"

#include "migrate/build_id.hpp"
#include "migrate/host_identity.hpp"
#include "migrate/refuse.hpp"
#include "migrate/segments.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

std::string source_text(const std::string& index) { return index.empty() ? "the table" : "the index " + index; }

bool may_have_sent(const RunRecord& run) { return run.phase != "scan"; }

// An older copy of it would call back items again that were executed since.
bool needs_its_end(const journal::Journal& journal) {
  return journal.phase() <= journal::RunPhase::applying && !is_scanned(journal);
}

}  // namespace

void check_resumable(const journal::RunHeader& header, const TableDescription& table, std::string_view meta_table,
                     const std::filesystem::path& file) {
  std::string difference;
  if (header.meta_table != meta_table) {
    difference = "of the metadata table " + header.meta_table;
  } else if (header.table_arn != table.arn) {
    difference = "on another table: " + (header.table_arn.empty() ? header.table : header.table_arn);
  } else if (header.table_id != table.id) {
    difference = "on a table of the same name that was since deleted and created anew or restored";
  } else if (header.key_schema != key_schema_text(table.key)) {
    difference = "on a table with another key: " + header.key_schema;
  } else {
    return;
  }
  refuse("OtherRun", "there is an unfinished run of this migration, but it is " + difference, table.name,
         "Nothing was done. Finish that run where it began, or give it up with Migrator::restart (its journal is " +
             file.string() + "); what it has executed stays executed.");
}

std::string revision_of(const Migration& migration) {
  return migration.revision.empty() ? build_id() : migration.revision;
}

bool begins_anew(const journal::Journal& journal, const RunCode& code, bool distrusted) {
  const journal::RunHeader& header = journal.header();
  const bool is_same = header.revision == code.revision && header.index == code.index;
  // Once everything is executed no callback is called any more.
  if (is_same || journal.phase() >= journal::RunPhase::recording) return false;
  const bool has_sent_nothing =
      journal.phase() == journal::RunPhase::scanning || (!distrusted && !journal.may_have_sent());
  if (has_sent_nothing) return true;
  if (header.index != code.index) {
    refuse("RevisionChanged",
           "the unfinished run of this migration reads the items of " + source_text(header.index) + ", not of " +
               source_text(code.index) + ", and has sent actions",
           header.table,
           "Nothing was done. Finish it with the index that it was begun with; or give it up with Migrator::restart: "
           "what it has executed stays executed.");
  }
  refuse("RevisionChanged",
         "the unfinished run of this migration was begun by other code (revision " + header.revision + ", this is " +
             code.revision + "), and has sent actions",
         header.table,
         "Nothing was done. Finish it with the program that began it; or, where the callbacks do the same, set "
         "Migration::revision to " +
             header.revision +
             "; or give it up with Migrator::restart: what it has executed stays executed. Where "
             "the code was mended for callbacks that failed: finish it as it was begun, with these "
             "left out by Migrator::resolve (skip), and do them by another migration.");
}

bool is_distrusted(const journal::Journal& journal, const std::optional<RunRecord>& row) {
  if (!row) return journal.phase() != journal::RunPhase::scanning;
  const std::uint64_t before = journal.generation();
  if (row->generation > before) {
    refuse(
        "JournalBehind",
        "the journal " + journal.file().string() + " was opened " + std::to_string(before) + " times, but its run " +
            std::to_string(row->generation) + " times, last on " + row->host + ": it is an older copy",
        row->table,
        "Nothing was done. Go on where the run was last, with " + row->journal + " on " + row->host +
            (needs_its_end(journal) && may_have_sent(*row)
                 ? ". If that journal is gone, Migrator::restart gives the run up: what it has executed stays "
                   "executed."
                 : ". If that journal is gone, Migrator::adopt goes on with this copy, taking all that is unfinished "
                   "for maybe sent."));
  }
  const bool where_it_was = row->host == this_process().host && row->journal == journal.file().string();
  if (journal.phase() == journal::RunPhase::scanning && may_have_sent(*row) && !where_it_was) {
    refuse("JournalBehind",
           "the journal " + journal.file().string() +
               " is still scanning, but its run has sent actions: it is an older "
               "copy",
           row->table,
           "Nothing was done. Go on where the run was last, with " + row->journal + " on " + row->host +
               "; or give it up with Migrator::restart: what it has executed stays executed.");
  }
  const bool was_moved = !where_it_was && may_have_sent(*row);
  if (was_moved && needs_its_end(journal)) {
    refuse("JournalMoved",
           "the journal " + journal.file().string() + " is not where its run was last (" + row->journal + " on " +
               row->host + "), and its scan has executed actions: an older copy would execute some of them twice",
           row->table,
           "Nothing was done. If it is that very file, and no copy from before the run ended, Migrator::adopt goes on "
           "with it. Else go on where the run was last.");
  }
  return row->generation != before || was_moved;
}

void check_adoptable(const journal::Journal& journal, const RunRecord& run) {
  if (journal.header().run_id != run.run_id) {
    refuse("OtherRun", "the journal here is of another run, " + journal.header().run_id, run.table,
           "Nothing was done. Bring the journal of run " + run.run_id + " here.");
  }
  if (!may_have_sent(run)) return;
  const bool before_all = journal.phase() == journal::RunPhase::scanning;
  if (!before_all && !(journal.generation() < run.generation && needs_its_end(journal))) return;
  refuse("JournalBehind",
         "the journal " + journal.file().string() + " was copied " +
             (before_all ? "before the run had sent anything, and the run has"
                         : "while its run scanned and executed actions") +
             ": it does not know which items are done",
         run.table, "Nothing was done. Migrator::restart gives the run up: what it has executed stays executed.");
}

void check_no_other_run(const std::vector<RunRecord>& history, const ThisRun& mine) {
  for (const RunRecord& run : history) {
    // One that was followed by another to its end was finished itself: only its last word was lost.
    if (run.outcome == Outcome::applied || run.outcome == Outcome::undone) return;
    if (run.run_id == mine.run_id || run.direction != direction_text(mine.direction)) continue;
    if (!run.is_unfinished() || !may_have_sent(run) || (run.restartable && run.stamp == mine.stamp)) continue;
    const std::string where = mine.run_id.empty() ? "its journal is not in " + mine.state_directory.string()
                                                  : "the journal here is of another one, " + mine.run_id;
    refuse("JournalElsewhere",
           "an unfinished run of this migration (" + run.run_id + ", begun " + run.started +
               ") has sent actions, and " + where,
           run.table,
           "Nothing was done. Its journal is " + run.journal + " on " + run.host +
               ": run the migration there, or bring that file here. If it is lost, Migrator::restart begins anew; what "
               "was executed stays executed and is executed once more.");
  }
}

std::string run_of_state(const std::vector<RunRecord>& history, std::string_view table_id) {
  std::string newest;
  for (const RunRecord& run : history) {
    if (run.outcome == Outcome::undone) break;
    if (run.outcome != Outcome::applied || run.table_id != table_id) continue;
    if (run.actions_done > 0) return run.run_id;
    if (newest.empty()) newest = run.run_id;
  }
  return newest;
}

std::uint64_t epoch_after(const std::vector<RunRecord>& history) {
  const auto ended =
      std::count_if(history.begin(), history.end(), [](const RunRecord& run) { return !run.is_unfinished(); });
  return static_cast<std::uint64_t>(ended) + 1;
}

}  // namespace drift::migrate

namespace drift {

std::vector<RunRecord> unfinished_runs(std::vector<RunRecord> history) {
  const auto ended = [](const RunRecord& run) {
    return run.outcome == Outcome::applied || run.outcome == Outcome::undone;
  };
  history.erase(std::find_if(history.begin(), history.end(), ended), history.end());
  std::erase_if(history, [](const RunRecord& run) { return !run.is_unfinished(); });
  return history;
}

}  // namespace drift
