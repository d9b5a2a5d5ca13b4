// A command line carried out from its words to its exit code: what drift::main does, and what a verb does that shows
// others.
#pragma once

#include "cli/exit_code.hpp"

#include <drift/migration.hpp>

#include <string>
#include <vector>

namespace drift::cli {

// `words`: the program's name first. Prints what there is to say, errors too; throws nothing but std::bad_alloc.
ExitCode carry_out(const std::vector<std::string>& words, const std::vector<Migration>& migrations);

}  // namespace drift::cli
