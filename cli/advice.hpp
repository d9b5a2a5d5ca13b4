// The library's errors for people of the command: what they are to do next, in verbs and flags in place of the names of
// C++.
#pragma once

#include <drift/error.hpp>
#include <drift/report.hpp>

#include <cstdint>

namespace drift::cli {

// The error with its next step said for the migration of that number.
Error advised(const Error& error, std::uint64_t number);
// The same of a report's errors and notes.
Report advised(Report report, std::uint64_t number);

}  // namespace drift::cli
