// Misnamed files: what lies among the migrations, looks like one, and is none by its name, so that it is passed over.
#pragma once

#include "cli/console.hpp"

#include <drift/error.hpp>

#include <filesystem>
#include <vector>

namespace drift::cli {

// An Error, code "ConfigError", for each script (its extension is .lua, or it is executable) of the directory whose
// name begins with a digit and is not <digits>_<name>, or has a number above the highest; by name. What an editor
// leaves beside a file is none. Empty where the directory cannot be read.
std::vector<Error> misnamed_files(const std::filesystem::path& directory);

// A line on stderr for each.
void note_misnamed_files(Console& console, const std::filesystem::path& directory);

}  // namespace drift::cli
