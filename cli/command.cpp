// A command line: see the header. Every error ends here.
#include "cli/command.hpp"

#include "cli/advice.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/setting_sources.hpp"

#include "base/text.hpp"

#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace drift::cli {

namespace {

// A word of a line.
std::string for_shell(std::string_view word) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=,@%+";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

TypedLine typed_line(const std::vector<std::string>& words, const CommandLine& line) {
  TypedLine typed{.program = for_shell(words.front())};
  for (const std::string& word : words) typed.whole.append(typed.whole.empty() ? "" : " ").append(for_shell(word));
  if (!line.config.empty()) typed.settings.push_back({"config", for_shell("--config=" + line.config)});
  for (const auto& [row, text] : line.settings) {
    std::string flag = "--" + std::string(row->name);
    if (!row->value.empty() || !is_true(text)) flag.append("=").append(text);
    typed.settings.push_back({std::string(row->name), for_shell(flag)});
  }
  return typed;
}

ConsoleOptions console_options(std::string program) {
  // A dumb one neither removes a line nor has colours.
  const bool is_dumb = process_environment()("TERM") == "dumb";
  return {.program = std::move(program),
          .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
          .out_is_terminal = !is_dumb && ::isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = !is_dumb && ::isatty(STDERR_FILENO) == 1};
}

ExitCode when_printed(ExitCode code, const Console& console) {
  return code == ExitCode::done && console.has_lost_results() ? ExitCode::failed : code;
}

// Help and version; a line that asks for nothing gets the help as what is wrong.
ExitCode print_text(const CommandLine& line, const ConsoleOptions& options) {
  Console console(options);
  const std::string_view text = std::string_view(line.text).substr(0, line.text.size() - 1);
  line.is_wrong ? console.note(text) : console.result(text);
  return line.is_wrong ? ExitCode::refused : when_printed(ExitCode::done, console);
}

// With --local nobody else can be meant.
Error without_local_server(const Error& error) {
  Error::Details details = error.details();
  details.next_step = "Start the local DynamoDB in another terminal: {drift} local";
  return Error(std::move(details));
}

}  // namespace

ExitCode carry_out(const std::vector<std::string>& words, const std::vector<Migration>& migrations) {
  const std::string program = for_shell(words.front());
  ConsoleOptions options = console_options(program);
  try {
    const CommandLine line = parse_command_line({words.begin() + 1, words.end()}, program);
    if (!line.text.empty()) return print_text(line, options);
    check_variables(process_variables());
    Settings settings = gather_settings(line.config, process_environment(), line.settings);
    options.color = settings.color;
    Console console(options);
    // Where an endpoint was named it is that one which is not there.
    const bool local = settings.local && settings.client.endpoint.empty();
    Session session(std::move(settings), console, migrations, typed_line(words, line));
    try {
      const ExitCode code = line.verb->run(session, line.arguments);
      return line.verb->only_prints ? when_printed(code, console) : code;
    } catch (const Error& error) {
      const auto number = line.arguments.has("V") ? base::parse_uint64(line.arguments.text("V")) : std::nullopt;
      console.error(local && error.code() == "ConnectionFailed"
                        ? without_local_server(error)
                        : advised(error, number, session.circumstances(number)));
      return exit_code_of(error);
    }
  } catch (const Error& error) {
    Console(options).error(advised(error, std::nullopt, {.program = program}));
    return exit_code_of(error);
  } catch (const std::exception& error) {
    Console(options).error(Error("Failed", error.what()));
    return ExitCode::failed;
  }
}

}  // namespace drift::cli
