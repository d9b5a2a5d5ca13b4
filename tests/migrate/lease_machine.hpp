// Machine: a machine with a clock of its own, on which processes take and keep leases in the real server's run table.
// Its time stands still, as that of a stopped process does, unless a verb says otherwise; a lease of 30 s takes no
// time.
#pragma once

#include "client/core.hpp"
#include "migrate/lease_fixture.hpp"
#include "migrate/lease_holder.hpp"
#include "migrate/leases.hpp"
#include "support/manual_loop.hpp"
#include "support/memory_transport.hpp"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drift::testing {

class Machine {
 public:
  // An answer in the server's place, by operation; empty: the server's own.
  using Fault = std::function<std::optional<wire::Answer>(std::string_view operation, const wire::Request&)>;

  // `server` reaches the real server; its time is not this machine's.
  Machine(Client& server, std::string run_table, std::string host)
      : server_(server), run_table_(std::move(run_table)), host_(std::move(host)) {
    transport_ =
        std::make_shared<MemoryTransport>(loop_, [this](const wire::Request& request) { return answer(request); });
    client::ClientCore::Settings settings{.region = "us-east-1",
                                          .endpoint = {.host = "dynamodb.us-east-1.amazonaws.com"},
                                          .credentials = static_credentials("id", "secret"),
                                          .random_seed = 1,
                                          .run_blocking = [](const std::function<void()>& task) { task(); }};
    client_ = std::make_unique<Client>(std::make_unique<client::ClientCore>(settings, transport_));
  }
  ~Machine() {
    // Its processes are killed: nothing is given back.
    fault = [](std::string_view, const wire::Request&) { return lost(false); };
    while_running([&] { holders_.clear(); });
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Fault fault = {};
  std::vector<Error> losses = {};  // what on_lost was told

  // A process with the times of a real one.
  migrate::LeaseHolder& start_process(migrate::LeaseTimes times = {}) {
    const migrate::ProcessIdentity who{
        .host = host_, .user = "maria", .pid = 4'711, .pid_space = "boot of " + host_, .started = 1};
    return *holders_.emplace_back(std::make_unique<migrate::LeaseHolder>(*client_, run_table_, who, times));
  }
  // True iff it was taken. Time moves while it waits.
  bool take(migrate::LeaseHolder& holder, std::uint64_t number, std::chrono::milliseconds lock_timeout = {}) {
    bool taken = false;
    while_running([&] {
      taken =
          holder.acquire(number, "run of " + host_, lock_timeout, {}, [this](const Error& e) { losses.push_back(e); });
    });
    return taken;
  }
  void release(migrate::LeaseHolder& holder) {
    while_running([&] { holder.release(); });
  }
  // Time moves as it does for a machine that works.
  void work(std::chrono::nanoseconds time) { loop_.advance(time); }
  // Time moves as it does for a machine that is suspended.
  void suspend(std::chrono::nanoseconds time) { loop_.clock().suspend(time); }
  // As an operator of this machine does; time moves while it waits.
  void unlock(std::uint64_t number, std::uint64_t token) {
    while_running([&] { migrate::unlock(*client_, run_table_, number, token); });
  }
  void set_latency(std::chrono::nanoseconds latency) { transport_->set_latency(latency); }
  [[nodiscard]] ManualClock& clock() { return loop_.clock(); }

  // Runs `task` on a thread of its own and the loop on this one; time moves while the task waits for it, and only then.
  void while_running(const std::function<void()>& task) {
    std::atomic<bool> done = false;
    std::atomic<pid_t> waiter = 0;
    std::exception_ptr thrown;
    std::jthread thread([&] {
      waiter = gettid();
      try {
        task();
      } catch (...) {
        thrown = std::current_exception();
      }
      done = true;
    });
    while (!done) {
      // A thread that was asleep before there was found nothing to run waits for a timer.
      const bool asleep = is_asleep(waiter);
      if (loop_.run_posted() == 0 && asleep) loop_.advance(std::chrono::milliseconds(100));
      if (!asleep) std::this_thread::yield();
    }
    thread.join();
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  static bool is_asleep(pid_t thread) {
    std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string line;
    std::getline(stat, line);
    const std::size_t name_end = line.rfind(") ");
    return name_end != std::string::npos && line[name_end + 2] == 'S';
  }

  wire::Answer answer(const wire::Request& request) {
    const auto operation = operation_name(request);
    if (fault) {
      if (auto instead = fault(operation, request)) return *instead;
    }
    const client::CallResult result = server_.core().ask(client::Operation::named(operation), request.body);
    return result.error ? response(400, result.error_body) : ok(result.body);
  }

  Client& server_;
  const std::string run_table_;
  const std::string host_;
  ManualLoop loop_;
  std::shared_ptr<MemoryTransport> transport_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<migrate::LeaseHolder>> holders_;
};

}  // namespace drift::testing
