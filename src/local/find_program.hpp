// The places in which LocalServer::find_program looks, for messages that name them.
#pragma once

#include <filesystem>

namespace drift::local {

// True iff `path` is a file that this user may execute.
bool is_program(const std::filesystem::path& path);

// What DRIFT_DYNOXIDE names; empty when it is not set.
std::filesystem::path named_program();

// Where scripts/setup puts it, whether it is there or not.
std::filesystem::path cached_program();

}  // namespace drift::local
