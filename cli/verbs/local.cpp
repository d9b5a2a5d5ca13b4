// local: a DynamoDB of one's own, for as long as the command runs.
#include "cli/local_endpoint.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include "local/local_server.hpp"

#include <drift/signal_stop.hpp>

#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>

namespace drift::cli {

namespace {

constexpr std::chrono::milliseconds look_every{200};

std::uint16_t port_of(const Arguments& arguments) {
  const std::uint64_t port = arguments.number("port").value_or(local_port);
  if (port <= std::numeric_limits<std::uint16_t>::max()) return static_cast<std::uint16_t>(port);
  throw usage_error("--port: there is no port " + std::to_string(port), "Nothing was done.");
}

// Until a signal, or the server's end.
bool wait_for_end(local::LocalServer& server) {
  const SignalStop stop;
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  while (!stop.token().stop_requested()) {
    waiting.wait_for(lock, stop.token(), look_every, [] { return false; });
    if (!server.running()) return false;
  }
  return true;
}

ExitCode serve(Session& session, const Arguments& arguments) {
  local::LocalServerOptions options{.port = port_of(arguments)};
  if (arguments.has("database")) options.database = arguments.text("database");
  local::LocalServer server(options);
  Console& console = session.console();
  console.result("export AWS_ENDPOINT_URL_DYNAMODB=" + server.endpoint());
  // The AWS command line of version 1 reads the second alone.
  console.result(std::string("export AWS_REGION=") + local_region + " AWS_DEFAULT_REGION=" + local_region);
  console.result("export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local");
  console.note(std::string("A local DynamoDB is there until Ctrl-C; its tables are ") +
               (arguments.has("database") ? "kept in the file." : "gone then.") +
               (options.port == local_port ? " {drift} --local uses it." : ""));
  if (wait_for_end(server)) return ExitCode::done;
  throw Error({.code = "LocalServer", .message = server.failure()});
}

}  // namespace

Verb local_verb() {
  return {.name = "local",
          .help = "Start a local DynamoDB, and print the environment to use it",
          .arguments = {{.name = "port", .help = "0: a free one; default: 8000", .is_flag = true},
                        {.name = "database", .help = "a file that keeps the tables", .is_flag = true}},
          .examples = "  {drift} local\n  {drift} local --database movies.db\n",
          .run = serve};
}

}  // namespace drift::cli
