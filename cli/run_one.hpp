// One migration, run or undone by hand of a person: with its progress shown, a Ctrl-C that stops it so that it can be
// gone on with, and what came of it said.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/migration_set.hpp"
#include "cli/session.hpp"

#include <optional>

namespace drift::cli {

enum class Way : unsigned char { up, down };

struct RunWish {
  bool again = false;  // although it is applied; of an undo: also where a later migration changed the same table
  bool canary = true;  // some items first, where the settings say how many
};

// What was applied is verified where the migration has a verify.
ExitCode run_one(Session& session, const KnownMigration& migration, Way way, RunWish wish = {});
// The same; empty: it is applied, or undone, already. Nothing was done then, and it is for the caller to say so.
std::optional<ExitCode> run_unless_done(Session& session, const KnownMigration& migration, Way way, RunWish wish);

}  // namespace drift::cli
