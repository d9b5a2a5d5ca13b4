// One migration verified by hand of a person, or by itself after it was applied: every item shown to its `verify`, and
// what was found said.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/migration_set.hpp"
#include "cli/session.hpp"

#include <drift/value.hpp>

#include <stop_token>
#include <vector>

namespace drift::cli {

// Why it is verified: what is said of it is about the verification alone, or about a migration
// that was just applied, or to the first items.
enum class Verified : unsigned char { when_asked, after_up, sample };

// The keys of the items that are not as they should be are results. `differs` where there are any, `failed` where
// verify threw, `stopped`. Throws Error for what cannot be read.
ExitCode verify_one(Session& session, const KnownMigration& migration, Verified verified, const std::stop_token& stop);
// The same of these items only: those that a run with --canary has migrated.
ExitCode verify_items(Session& session, const KnownMigration& migration, const std::vector<Attributes>& keys,
                      const std::stop_token& stop);

}  // namespace drift::cli
