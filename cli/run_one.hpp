// One migration, run or undone by hand of a person: with its progress shown, a Ctrl-C that stops it so that it can be
// gone on with, and what came of it said.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/migration_set.hpp"
#include "cli/session.hpp"

namespace drift::cli {

enum class Way : unsigned char { up, down };

// Whether it is executed although it is applied.
enum class Again : unsigned char { refused, allowed };

// What was applied is verified where the migration has a verify.
ExitCode run_one(Session& session, const KnownMigration& migration, Way way, Again again = Again::refused);

}  // namespace drift::cli
