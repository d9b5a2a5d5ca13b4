// The command `drift` around migrations of one's own: `return drift::main(argc, argv, {first, second});`. It is in the
// library drift::cli, which needs Lua, CLI11 and toml++ beside what drift::drift needs.
#pragma once

#include <drift/migration.hpp>

#include <vector>

namespace drift {

// Does what the command line says, prints to stdout and stderr, and returns the exit code
// (docs/understanding-output.md). The migrations are those given and the files of the directory, by their numbers.
// Never throws.
int main(int argc, char** argv, const std::vector<Migration>& migrations = {});

}  // namespace drift
