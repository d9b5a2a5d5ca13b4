// ctl, watch: a run of another process, by its control socket.
#include "cli/control_client.hpp"
#include "cli/control_socket.hpp"
#include "cli/json_text.hpp"
#include "cli/progress_view.hpp"
#include "cli/run_events.hpp"
#include "cli/standing.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include "base/text.hpp"

#include <chrono>

namespace drift::cli {

namespace {

constexpr std::chrono::milliseconds look_every_live{200};
constexpr std::chrono::milliseconds look_every{1'000};

Error no_such_run(const std::string& which, const std::filesystem::path& directory) {
  return Error({.code = "NoSuchRun",
                .message = which + " with the state directory " + directory.string(),
                .next_step = "{drift} locks shows who runs a migration, also on other machines. A run with another "
                             "state directory, or another metadata table: --state-dir, --meta-table."});
}

// The one run that there is.
std::uint64_t only_run(Session& session) {
  const std::filesystem::path directory = session.state_directory();
  const std::vector<std::uint64_t> numbers = runs_at(directory, session.settings().meta_table);
  if (numbers.size() == 1) return numbers.front();
  if (numbers.empty()) throw no_such_run("no migration is being run", directory);
  std::string list;
  for (const std::uint64_t number : numbers) list += (list.empty() ? "" : ", ") + std::to_string(number);
  throw usage_error("several migrations are being run", "Name one of them: " + list + ".");
}

ControlClient reach(Session& session, std::uint64_t number) {
  const std::filesystem::path directory = session.state_directory();
  try {
    return ControlClient(control_socket_file(directory, session.settings().meta_table, number));
  } catch (const Error& error) {
    if (error.code() != "NoSuchRun") throw;
    throw no_such_run("migration " + std::to_string(number) + " is not being run", directory);
  }
}

ExitCode control(Session& session, const Arguments& arguments) {
  std::string_view command = arguments.text("COMMAND");
  const std::string_view first = command.substr(0, command.find(' '));
  const auto number = base::parse_uint64(first);
  if (number) command = base::trim(command.substr(first.size()));
  if (command.empty()) throw usage_error("which command?", "{drift} ctl --help lists them.");
  ControlClient run = reach(session, number ? *number : only_run(session));
  const auto answer = run.ask(command);
  if (!answer) throw Error({.code = "NoSuchRun", .message = "the run has ended meanwhile"});
  constexpr std::string_view error = "error: ";
  if (answer->starts_with(error)) throw usage_error(answer->substr(error.size()), "");
  session.console().result(*answer);
  return ExitCode::done;
}

// What there is to see of a run on another machine, or with another state directory.
ExitCode show_from_run_table(Session& session, std::uint64_t number) {
  const auto running = session.migrator().status(number).running;
  if (!running) {
    throw Error({.code = "NoSuchRun",
                 .message = "nobody runs migration " + std::to_string(number),
                 .next_step = "{drift} history " + std::to_string(number) + " lists its runs."});
  }
  if (session.settings().json) {
    session.console().result(JsonText()
                                 .text("event", "elsewhere")
                                 .number("number", number)
                                 .text("user", running->user)
                                 .text("host", running->host)
                                 .number("pid", running->pid)
                                 .text("run_id", running->run_id)
                                 .text("since", running->since)
                                 .text("renewed", running->renewed)
                                 .take());
    return ExitCode::done;
  }
  session.console().result("migration " + std::to_string(number) + " is being run by " + running->user + " on " +
                           running->host + " (process " + std::to_string(running->pid) + ") since " + running->since +
                           "; last sign of life " + running->renewed);
  session.console().note("Its progress can be seen there, with its state directory: {drift} watch " +
                         std::to_string(number));
  return ExitCode::done;
}

// "applied", or what else its row says; empty: that cannot be had.
std::string outcome_of(Session& session, std::uint64_t number) {
  try {
    const auto last = session.migrator().status(number).last;
    return last ? end_text(*last) : "";
  } catch (const Error&) {  // who watches needs no rights on the tables
    return {};
  }
}

void say_end(Session& session, std::uint64_t number, const std::string& name) {
  const std::string outcome = outcome_of(session, number);
  Console& console = session.console();
  if (session.settings().json) {
    console.result(ended_event(number, name, outcome));
  } else {
    console.result((outcome.empty() ? "ended" : outcome) + "  " + name);
  }
}

ExitCode follow(Session& session, std::uint64_t number, ControlClient run) {
  Console& console = session.console();
  const bool json = session.settings().json;
  std::optional<ProgressView> view;
  std::string name = "migration " + std::to_string(number);
  do {
    const auto answer = run.ask("status");
    if (!answer) break;
    const SeenProgress seen = read_progress_event(*answer);
    name = seen.migration;
    if (json) {
      console.result(*answer);
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!view) {
      view.emplace(console, name);
      if (!console.is_live()) console.note(view->line(seen.progress, now, console.columns()));
    }
    view->show(seen.progress, now);
  } while (!run.ends_within(console.is_live() && !json ? look_every_live : look_every));
  say_end(session, number, name);
  return ExitCode::done;
}

ExitCode watch(Session& session, const Arguments& arguments) {
  const auto number = arguments.number("V");
  if (!number) {
    const std::uint64_t only = only_run(session);
    return follow(session, only, reach(session, only));
  }
  std::optional<ControlClient> run;
  try {
    run.emplace(reach(session, *number));
  } catch (const Error& error) {
    if (error.code() != "NoSuchRun") throw;
  }
  return run ? follow(session, *number, std::move(*run)) : show_from_run_table(session, *number);
}

}  // namespace

Verb ctl_verb() {
  return {.name = "ctl",
          .help = "Steer a run of another process of this machine",
          .arguments = {{.name = "COMMAND",
                         .help = "[V] and one of status, pause, unpause, set write-rate=RATE, set read-rate=RATE, "
                                 "set concurrency=N, stop, help; V may be left out where one run goes on",
                         .required = true,
                         .is_rest = true}},
          .examples =
              "  {drift} ctl pause\n  {drift} ctl 3 set write-rate=500\n  {drift} ctl 3 set write-rate=none\n"
              "  {drift} ctl stop\n",
          .run = control};
}

Verb watch_verb() {
  return {.name = "watch",
          .help = "Show the progress of a run of another process until it ends",
          .arguments = {{.name = "V", .help = "the migration's number; may be left out where one run goes on"}},
          .examples = "  {drift} watch\n  {drift} watch 3 --json\n",
          .run = watch};
}

}  // namespace drift::cli
