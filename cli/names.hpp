// How a migration is called before people.
#pragma once

#include "cli/migration_set.hpp"

#include <string>

namespace drift::cli {

// "00001_add_decade", as its file is; else its number and description.
std::string display_name(const KnownMigration& migration);

}  // namespace drift::cli
