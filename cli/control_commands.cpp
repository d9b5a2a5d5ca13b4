// Control commands: see the header. A value is read as the setting of the same name is, by its row.
#include "cli/control_commands.hpp"

#include "cli/settings.hpp"
#include "cli/usage_error.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <vector>

namespace drift::cli {

namespace {

constexpr const char* help =
    "status, pause, unpause, set write-rate=RATE, set read-rate=RATE, set concurrency=N, stop, help; a RATE is units a "
    "second (500), a share of the capacity (50%) or none";
constexpr std::array<std::string_view, 6> commands{"status", "pause", "unpause", "set", "stop", "help"};
constexpr std::array<std::string_view, 3> settings{"write-rate", "read-rate", "concurrency"};
constexpr std::size_t shown_bytes_max = 60;
constexpr std::size_t answer_bytes_max = 1'000;

std::string quoted(std::string_view text) { return "\"" + base::one_line(text, shown_bytes_max) + "\""; }

Error not_to_set(std::string_view assignment) {
  const std::string_view name = assignment.substr(0, assignment.find('='));
  const std::string_view near = nearest(name, {settings.begin(), settings.end()});
  const std::string problem = name.empty()   ? "set what?"
                              : name == near ? "set " + quoted(assignment) + " has no value."
                                             : quoted(name) + " is nothing that can be set.";
  const bool is_meant = !near.empty() && name != near;
  return usage_error(problem + (is_meant ? " Did you mean " + std::string(near) + "?" : ""),
                     std::string("There is: ") + help);
}

Error unknown(std::string_view command) {
  const std::string_view near = nearest(command, {commands.begin(), commands.end()});
  return usage_error(
      quoted(command) + " is no command." + (near.empty() ? "" : " Did you mean " + std::string(near) + "?"),
      std::string("There is: ") + help);
}

}  // namespace

std::string ControlCommands::answer(std::string_view line) {
  try {
    line = base::trim(line);
    const std::string_view command = line.substr(0, line.find(' '));
    return carry_out(command, std::string(base::trim(line.substr(command.size()))));
  } catch (const Error& error) {
    const std::string end = error.message().ends_with('.') || error.message().ends_with('?') ? " " : ". ";
    return "error: " + base::one_line(error.message() + end + error.next_step(), answer_bytes_max);
  } catch (const std::exception& error) {
    return "error: " + base::one_line(error.what(), answer_bytes_max);
  }
}

std::string ControlCommands::carry_out(std::string_view command, const std::string& argument) {
  if (command == "set") return set(argument);
  if (!argument.empty()) throw unknown(std::string(command) + " " + argument);
  if (command == "status") return status_();
  if (command == "help") return help;
  if (command == "pause") {
    controls_.pause();
    return "ok: paused; what is under way ends, unpause goes on";
  }
  if (command == "unpause") {
    controls_.unpause();
    return "ok: it goes on";
  }
  if (command != "stop") throw unknown(command);
  stop_();
  return "ok: it stops when what is under way is finished, and can be gone on with";
}

std::string ControlCommands::set(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  const bool is_known = std::find(settings.begin(), settings.end(), name) != settings.end();
  if (!is_known || value.empty()) throw not_to_set(assignment);
  Settings read;
  cli::set(read, *find_setting(name), value, name);
  if (name == "write-rate") controls_.set_write_rate(read.run.write_rate);
  if (name == "read-rate") controls_.set_read_rate(read.run.read_rate);
  if (name == "concurrency") controls_.set_concurrency(read.run.concurrency);
  return "ok: " + name + " is " + value;
}

}  // namespace drift::cli
