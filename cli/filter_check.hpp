// What can be known of a migration's filter without its table: whether it is a condition, and has its values and names.
#pragma once

#include <drift/migration.hpp>

#include <filesystem>

namespace drift::cli {

// Of the migration that was loaded from that file. Throws Error, code "ScriptError", that says what is wrong as the
// author of such a file writes it.
void check_filter(const Migration& migration, const std::filesystem::path& file);

}  // namespace drift::cli
