// live_runner: a process that runs one migration, SET n = n + :one, with a short lease, for the tests of second runners
// and of killed ones. It stops or kills itself where it is told to, and says on its standard output what it came to:
// the outcome, then its errors, one on a line.
//
//   live_runner <endpoint> <metadata table> <number> <table> <state directory> [<what> <count>]
//
// A table whose name ends with "-stamped" is migrated by a stamped run.
//
// what: `stop-scan`, at the count-th callback; `stop-apply`, when the count-th action is about to
// leave; `kill-apply`, when the count-th write was answered.
#include "client/core.hpp"
#include "migrate/run.hpp"
#include "support/fault_transport.hpp"
#include "wire/asio_transport.hpp"

#include <drift/drift.hpp>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace drift::testing {
namespace {

constexpr unsigned patience_s = 120;
constexpr migrate::LeaseTimes short_lease{.lease = std::chrono::milliseconds(300),
                                          .renew = std::chrono::milliseconds(60),
                                          .poll = std::chrono::milliseconds(20)};

// Does something to this process when it is called the count-th time.
class Trap {
 public:
  Trap(int signal, long count) : signal_(signal), left_(count) {}
  void step() {
    if (--left_ == 0) kill(getpid(), signal_);
  }

 private:
  const int signal_;
  std::atomic<long> left_;
};

std::unique_ptr<Client> client_of(const std::string& endpoint, std::shared_ptr<FaultTransport> network) {
  client::ClientCore::Settings settings{.region = "us-east-1",
                                        .endpoint = *wire::Endpoint::parse(endpoint),
                                        .credentials = static_credentials("id", "secret"),
                                        .request_timeout = std::chrono::milliseconds(500)};
  settings.retry.base = std::chrono::milliseconds(1);
  settings.retry.cap = std::chrono::milliseconds(20);
  return std::make_unique<Client>(std::make_unique<client::ClientCore>(std::move(settings), std::move(network)));
}

int run(const std::vector<std::string>& arguments) {
  const std::string what = arguments.size() > 6 ? arguments[5] : "";
  Trap trap(what == "kill-apply" ? SIGKILL : SIGSTOP, arguments.size() > 6 ? std::atol(arguments[6].c_str()) : 0);
  const auto network = std::make_shared<FaultTransport>(wire::make_asio_transport({}));
  network->before = [&](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (what == "stop-apply" && request.body.find(":drift") != std::string::npos) trap.step();
    return std::nullopt;
  };
  // A process that was killed each time before anything had left would never get anywhere.
  network->after = [&](std::string_view operation, wire::Answer answer) {
    if (what == "kill-apply" && (operation == "UpdateItem" || operation == "TransactWriteItems")) trap.step();
    return answer;
  };
  const auto client = client_of(arguments[0], network);
  const Migration migration{.number = std::stoull(arguments[2]),
                            .table = arguments[3],
                            .description = "by a process of its own",
                            .up =
                                [&](const Item&, Actions& actions) {
                                  if (what == "stop-scan") trap.step();
                                  actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
                                },
                            .revision = "1"};
  const MigratorOptions options{.meta_table = arguments[1], .state_dir = arguments[4]};
  const RunOptions stamped{.stamp = arguments[3].ends_with("-stamped") ? "_drift" : ""};
  const Report report =
      migrate::Run(*client, options, migration, migrate::Direction::up, stamped, {.lease = short_lease}).execute();
  std::cout << outcome_text(report.outcome) << '\n';
  for (const Error& error : report.errors) std::cout << error.what() << " -> " << error.next_step() << '\n';
  return 0;
}

}  // namespace
}  // namespace drift::testing

int main(int count, char** arguments) {
  alarm(drift::testing::patience_s);
  return drift::testing::run({arguments + 1, arguments + count});
}
