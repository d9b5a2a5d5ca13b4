// The library's errors for people of the command: what they are to do next, in verbs and flags in place of the names of
// C++.
#pragma once

#include <drift/error.hpp>

#include <cstdint>
#include <optional>

namespace drift::cli {

// The error with its next step said for the migration of that number; without one for "V".
Error advised(const Error& error, std::optional<std::uint64_t> number = {});

}  // namespace drift::cli
