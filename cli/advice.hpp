// The library's errors for people of the command: what they are to do next, in verbs, flags and words of a script in
// place of the names of C++.
#pragma once

#include <drift/error.hpp>
#include <drift/report.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace drift::cli {

// A text of the library, said for the migration of that number; without one it is called V. `to_finish`: the line that
// finishes its unfinished run.
std::string advised(std::string text, std::optional<std::uint64_t> number,
                    const std::string& to_finish = "drift resume");
// An error with its message and its next step said so.
Error advised(const Error& error, std::optional<std::uint64_t> number, const std::string& to_finish = "drift resume");
// The same of a report's errors and notes.
Report advised(Report report, std::uint64_t number, const std::string& to_finish = "drift resume");

}  // namespace drift::cli
