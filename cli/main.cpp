// drift::main: the command for programs with migrations of their own.
#include "cli/command.hpp"

#include <drift/cli.hpp>

#include <csignal>

namespace drift {

int main(int argc, char** argv, const std::vector<Migration>& migrations) {
  // What reads the output may end first, as head does: what is under way goes on to its end. Programs that are started
  // get the default back (cli/script, client/child_process, local/guardian).
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return static_cast<int>(cli::carry_out({argv, argv + argc}, migrations));
}

}  // namespace drift
