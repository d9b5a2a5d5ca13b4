// What is shown of a plan: as text for a person, and as JSON for a pipeline. Functions without state.
#pragma once

#include "cli/console.hpp"
#include "cli/migration_set.hpp"

#include <drift/plan.hpp>
#include <drift/run_options.hpp>

#include <string>

namespace drift::cli {

// As results of the console. `run`: the options that the plan was made with.
void print_plan(Console& console, const KnownMigration& migration, const Plan& plan, const RunOptions& run);

// On one line.
std::string plan_json(const KnownMigration& migration, const Plan& plan);

}  // namespace drift::cli
