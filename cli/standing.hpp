// Standing: where each migration stands: what there is as files and of the program, against what the metadata table
// has.
#pragma once

#include "cli/session.hpp"

#include <drift/migration_status.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace drift::cli {

enum class State : unsigned char {
  pending,
  running,
  unfinished,  // stopped, failed or quarantined; its last run says which
  applied,
  changed,       // applied, and edited since
  other_table,   // applied to another table than its file names, or to one before it was created anew or restored
  missing_file,  // applied and finished, and nothing here has its number
  out_of_order,  // pending, and a later one is applied
  broken,        // its file cannot be loaded, or two have its number; whether it is applied is said beside it
};

struct Standing {
  std::uint64_t number = 0;
  const KnownMigration* migration = nullptr;  // null: missing
  std::optional<AppliedMigration> applied = {};
  MigrationStatus status = {};
  State state = State::pending;
  std::string problem = {};  // what is broken
};

enum class BrokenFiles : unsigned char { refused, shown };

// All of the sequence by number, also what is applied or not finished and has no file here, with a question to the
// tables for each. Throws Error; also that of a broken file, unless those are to be shown: their migration has neither
// table nor callbacks.
std::map<std::uint64_t, Standing> standings(Session& session, BrokenFiles broken_files = BrokenFiles::refused);

// Of one that is not of the sequence, so that nothing is later. Throws Error.
Standing standing_outside(Session& session, const KnownMigration& migration);

// Its newest run or undo has not come to its end; whether it goes on at the moment does not matter.
bool is_unfinished(const Standing& standing);
bool is_being_undone(const Standing& standing);

// "pending", "stopped", "applied", ...
std::string state_text(const Standing& standing);
// What a run that nobody goes on with came to: its outcome, or "interrupted" where its process ended without a word.
std::string end_text(const RunRecord& run);

}  // namespace drift::cli
