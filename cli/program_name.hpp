// Where a text names a command it says "{drift}" for the program's name: it may be another one, around drift::main.
// Filled in where the text leaves: by the console, the advice of errors, the help, the manual and the completions.
#pragma once

#include <string>
#include <string_view>

namespace drift::cli {

// A text with `what` wherever it has `place`.
std::string filled(std::string text, std::string_view place, std::string_view what);

std::string with_program(std::string text, std::string_view program);

// Without its directories.
std::string base_name(std::string_view program);

}  // namespace drift::cli
