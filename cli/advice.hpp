// The library's errors for people of the command: what they are to do next, in verbs, flags and words of a script in
// place of the names of C++.
#pragma once

#include <drift/error.hpp>
#include <drift/report.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace drift::cli {

// What is the person's own in a text.
struct Circumstances {
  std::string program = "drift";             // as it was called
  std::string to_finish = "{drift} resume";  // the line that finishes the unfinished run
  bool is_of_program = false;                // the migration is no file: it is mended in the program's code
};

// A text of the library, said for the migration of that number; without one it is called V.
std::string advised(std::string text, std::optional<std::uint64_t> number, const Circumstances& circumstances = {});
// An error with its message and its next step said so.
Error advised(const Error& error, std::optional<std::uint64_t> number, const Circumstances& circumstances = {});
// The same of a report's errors and notes.
Report advised(Report report, std::uint64_t number, const Circumstances& circumstances = {});

}  // namespace drift::cli
