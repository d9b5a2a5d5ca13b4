// Whether an unfinished run may be gone on with, and from where. Each check throws Error with what is wrong, what is
// safe, and the choices.
#pragma once

#include "journal/journal.hpp"
#include "migrate/preflight.hpp"

#include <drift/migration.hpp>
#include <drift/run_record.hpp>
#include <drift/table.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

// An unfinished run's journal belongs to this migration and to the table as it is now.
void check_resumable(const journal::RunHeader& header, const TableDescription& table, std::string_view meta_table,
                     const std::filesystem::path& file);

// The migration's revision: its own, or the build of this program.
std::string revision_of(const Migration& migration);
// On what it depends which actions are queued.
struct RunCode {
  std::string revision = {};
  std::string index = {};  // that is scanned; empty: the table
};
// True iff the journal was begun by other code and nothing has been sent: it is to be begun anew. Throws when something
// may have been sent, by it or, where it is distrusted, by the one that it is a copy of.
bool begins_anew(const journal::Journal& journal, const RunCode& code, bool distrusted);

// Compares the journal, as it was before this opening, with the row of its run. A row that is ahead of it means that
// this is an older copy: refused, and so is one at another place whose scan goes on while actions are executed, which
// may be one. True iff the journal is trusted less, since it is at another place or fell behind: all that is unfinished
// counts as maybe sent.
bool is_distrusted(const journal::Journal& journal, const std::optional<RunRecord>& row);

struct ThisRun {
  std::string run_id = {};  // of the journal here; empty: there is none
  Direction direction = Direction::up;
  const std::string& stamp;
  const std::filesystem::path& state_directory;
};
// The journal may be gone on with by hand, although it is an older copy: nothing that it does not know of would be done
// twice.
void check_adoptable(const journal::Journal& journal, const RunRecord& run);

// Every other unfinished run of the direction must have sent nothing, or be restartable without its journal, by the
// same stamp. `history`: newest first.
void check_no_other_run(const std::vector<RunRecord>& history, const ThisRun& mine);

// The run that left the items of the table with this identity as they are, whose journal may be kept for an undo: the
// newest that was applied and has written something; where none has, the newest. Empty: none was applied, or it was
// undone. `history`: newest first.
std::string run_of_state(const std::vector<RunRecord>& history, std::string_view table_id);

// How many runs and undos of the migration have ended as they should, and one: grows with each, so that stamps and
// markers of one execution are not taken for those of the next.
std::uint64_t epoch_after(const std::vector<RunRecord>& history);

}  // namespace drift::migrate
