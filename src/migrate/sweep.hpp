// sweep: removes what finished runs of a migration have left in the tables for their safety: stamps on the items, and
// the markers of actions that were in doubt.
#pragma once

#include "migrate/run_table.hpp"

#include <drift/client.hpp>

#include <cstdint>

namespace drift::migrate {

// Throws Error: "Unfinished" where a run of the migration may still be gone on with, or what a call throws. Harmless to
// repeat.
void sweep(Client& client, RunTable& runs, std::uint64_t number);

}  // namespace drift::migrate
