// See local_server.hpp. The server is ready when it has printed that it listens (so it is ours, not another program
// that was quicker to take the port) and answers a request.
#include "local/local_server.hpp"

#include "local/find_program.hpp"
#include "local/guarded_process.hpp"
#include "local/loopback.hpp"

#include <drift/error.hpp>

#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

namespace drift::local {

namespace {

constexpr std::chrono::milliseconds look_every{2};  // a start takes 10 to 30 ms
constexpr int looks_max = 5000;                     // so 10 s at least
constexpr int answer_patience_ms = 5000;
constexpr int ports_max = 5;
constexpr std::size_t shown_bytes_max = 2000;

Error not_started(std::string message, std::string next_step) {
  return Error(Error::Details{.code = "LocalServer", .message = std::move(message), .next_step = std::move(next_step)});
}

Error not_found() {
  const std::string named = named_program().string();
  if (!named.empty()) {
    return not_started(
        "DRIFT_DYNOXIDE names " + named + ", which is not a program that this user may execute. Nothing was started.",
        "Correct it, or unset it and run `make setup`, which builds the local DynamoDB once.");
  }
  return not_started("The local DynamoDB, the program dynoxide, is neither on PATH nor at " +
                         cached_program().string() + ". Nothing was started.",
                     "Run `make setup`, which builds it once.");
}

std::filesystem::path program_of(const LocalServerOptions& options) {
  if (options.program.empty()) {
    auto found = LocalServer::find_program();
    if (!found) throw not_found();
    return *std::move(found);
  }
  if (is_program(options.program)) return options.program;
  throw not_started(options.program.string() + " is not a program that this user may execute. Nothing was started.",
                    "Name the local DynamoDB's program, or none and run `make setup`, which builds it once.");
}

std::vector<std::string> command_of(const std::filesystem::path& program, const LocalServerOptions& options,
                                    std::uint16_t port) {
  std::vector<std::string> command{program.string(), "--host", "127.0.0.1", "--port", std::to_string(port)};
  // Absolute: a name that begins with a dash would be taken for an option.
  if (!options.database.empty()) {
    command.insert(command.end(), {"--db-path", std::filesystem::absolute(options.database).string()});
  }
  return command;
}

bool lost_the_port(const std::string& printed) {
  return printed.find("already in use") != std::string::npos || printed.find("failed to bind") != std::string::npos ||
         printed.find("failed to listen") != std::string::npos;
}

std::string last_words(const GuardedProcess& process) {
  std::string printed = process.output(shown_bytes_max);
  while (!printed.empty() && printed.back() == '\n') printed.pop_back();
  return printed.empty() ? "It printed nothing." : "It printed last: " + printed;
}

// True when it answers, false when it has ended. Throws Error when it does neither in time.
bool wait_until_ready(GuardedProcess& process, std::uint16_t port) {
  const std::string listens = "listening on http://127.0.0.1:" + std::to_string(port);
  for (int looks = 0; looks < looks_max && process.running(); ++looks) {
    if (process.pid() != 0 && process.output(shown_bytes_max).find(listens) != std::string::npos) {
      if (answers(port, answer_patience_ms)) return true;
      break;
    }
    process.wait_for_news(look_every);
  }
  if (!process.running()) return false;
  throw not_started("The local DynamoDB was started on port " + std::to_string(port) +
                        " and does not answer. It was ended again. " + last_words(process),
                    "");
}

}  // namespace

struct LocalServer::State {
  std::filesystem::path program;
  std::unique_ptr<GuardedProcess> process;
  std::uint16_t port = 0;

  [[nodiscard]] std::string failure() const {
    if (process->ending().empty()) return {};
    return "The local DynamoDB " + program.string() + " on port " + std::to_string(port) + " " + process->ending() +
           ". " + last_words(*process);
  }
};

LocalServer::LocalServer(const LocalServerOptions& options) : state_(std::make_unique<State>()) {
  state_->program = program_of(options);
  try {
    for (int ports = 1;; ++ports) {
      state_->port = options.port != 0 ? options.port : free_port();
      state_->process = std::make_unique<GuardedProcess>(command_of(state_->program, options, state_->port));
      if (wait_until_ready(*state_->process, state_->port)) return;
      const bool another = options.port == 0 && ports < ports_max;
      if (!another || !lost_the_port(state_->process->output(shown_bytes_max))) break;
    }
  } catch (const std::system_error& error) {
    throw not_started("The local DynamoDB cannot be started on this machine: " + std::string(error.what()), "");
  }
  throw not_started(state_->failure(), lost_the_port(state_->process->output(shown_bytes_max))
                                           ? "The port is taken, perhaps by another one of these. Set "
                                             "LocalServerOptions::port to another one, or to 0 for one that is free."
                                           : "");
}

LocalServer::~LocalServer() = default;

std::string LocalServer::endpoint() const { return "http://127.0.0.1:" + std::to_string(state_->port); }

int LocalServer::pid() const noexcept { return state_->process->pid(); }

bool LocalServer::running() { return state_->process->running(); }

std::string LocalServer::failure() { return running() ? std::string() : state_->failure(); }

void LocalServer::stop() { state_->process->stop(); }

}  // namespace drift::local
