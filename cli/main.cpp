// drift::main: the command for programs with migrations of their own.
#include "cli/command.hpp"

#include <drift/cli.hpp>

namespace drift {

int main(int argc, char** argv, const std::vector<Migration>& migrations) {
  return static_cast<int>(cli::carry_out({argv, argv + argc}, migrations));
}

}  // namespace drift
