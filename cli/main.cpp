// drift::main: from the command line to the exit code. Every error ends here.
#include "cli/advice.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/setting_sources.hpp"

#include <drift/cli.hpp>

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace drift {

namespace {

using namespace cli;

// As it could be typed again.
std::string command_text(int argc, char** argv) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=,@%+";
  std::string text;
  for (int i = 0; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (i > 0) text += ' ';
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
    text += '\'';
  }
  return text;
}

ConsoleOptions console_options() {
  // A dumb one neither removes a line nor has colours.
  const bool is_dumb = process_environment()("TERM") == "dumb";
  return {.out_is_terminal = !is_dumb && ::isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = !is_dumb && ::isatty(STDERR_FILENO) == 1};
}

ExitCode carry_out(int argc, char** argv, const std::vector<Migration>& migrations) {
  ConsoleOptions options = console_options();
  try {
    const CommandLine line = parse_command_line({argv + 1, argv + argc});
    if (!line.text.empty()) {
      std::fputs(line.text.c_str(), stdout);
      return ExitCode::done;
    }
    Settings settings = gather_settings(line.config, process_environment(), line.settings);
    options.color = settings.color;
    Console console(options);
    try {
      Session session(std::move(settings), console, migrations, command_text(argc, argv));
      return line.verb->run(session, line.arguments);
    } catch (const Error& error) {
      console.error(advised(error, std::nullopt));
      return exit_code_of(error);
    }
  } catch (const Error& error) {
    Console(options).error(advised(error, std::nullopt));
    return exit_code_of(error);
  } catch (const std::exception& error) {
    Console(options).error(Error("Failed", error.what()));
    return ExitCode::failed;
  }
}

}  // namespace

int main(int argc, char** argv, const std::vector<Migration>& migrations) {
  return static_cast<int>(carry_out(argc, argv, migrations));
}

}  // namespace drift
