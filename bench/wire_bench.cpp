// What one request costs the client, beside wrk: UpdateItem, 64 connections, against the canned server, which keeps to
// the other core. wrk sends the same bytes, signed beforehand; drift writes, signs, judges and would send again. Both
// are processes of their own, in turn, and a figure is all CPU of such a process by the requests it made.
//
//   wire_bench [--rounds N] [--requests N]    the table; medians of N rounds (5), each of so many requests (200,000)
//   wire_bench serve [--tls]                  a canned server, until standard input ends; for a profiler
//   wire_bench run ENDPOINT CA REQUESTS       what drift's processes are started as; CA: a file, "-" for none
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/figure.hpp"
#include "bench/guarded_update.hpp"
#include "bench/measured_process.hpp"
#include "bench/wrk.hpp"
#include "client/core.hpp"

#include <drift/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace {

using drift::bench::CannedServer;
using drift::bench::Measured;

constexpr std::size_t connections = 64;
constexpr std::size_t bodies = 1'024;  // different ones, sent in turn
constexpr const char* table = "bench-wire";
// No server answers at once. Without this, a server of the same system calls would be as busy as its client, and the
// more its answers come one by one, the more often a client sleeps and wakes.
constexpr std::chrono::milliseconds answer_delay{1};

std::vector<std::string> make_bodies() {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < bodies; ++i) made.push_back(drift::bench::guarded_update(table, 1'000'000'000 + i));
  return made;
}

// --- drift's process -------------------------------------------------------------------------------------------------

// Keeps so many calls in flight until all are done. All but the first are started on the loop.
class Caller {
 public:
  Caller(drift::client::ClientCore& core, std::size_t calls) : core_(core), calls_(calls) {}

  // The error that ended it, if any.
  std::optional<drift::Error> run() {
    core_.loop().post([this] {
      for (std::size_t i = 0; i < connections; ++i) start();
    });
    done_.get_future().wait();
    return error_;
  }

 private:
  void start() {
    if (started_ == calls_) return;
    const std::string& body = bodies_[started_++ % bodies];
    core_.start(update_, body, {.attempts_max = -1, .table = table},
                [this](drift::client::CallResult result) { receive(std::move(result)); });
  }

  void receive(drift::client::CallResult result) {
    if (result.error) error_ = std::move(result.error);
    if (++answered_ == calls_) return done_.set_value();
    start();
  }

  drift::client::ClientCore& core_;
  const drift::client::Operation update_ = drift::client::Operation::named("UpdateItem");
  const std::size_t calls_;
  const std::vector<std::string> bodies_ = make_bodies();
  std::size_t started_ = 0;
  std::size_t answered_ = 0;
  std::optional<drift::Error> error_;
  std::promise<void> done_;
};

int run(const std::string& endpoint, const std::string& ca_bundle, std::size_t requests) {
  drift::client::ClientCore core({.region = "us-east-1",
                                  .endpoint = endpoint,
                                  .credentials = drift::static_credentials("id", "secret"),
                                  .ca_bundle = ca_bundle == "-" ? "" : ca_bundle});
  const auto error = Caller(core, requests).run();
  if (error) std::fprintf(stderr, "%s\n", error->what());
  return error ? 1 : 0;
}

int serve(CannedServer::Scheme scheme) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  return drift::bench::serve_until_end_of_input(server);
}

// --- the table -------------------------------------------------------------------------------------------------------

struct Figures {
  std::vector<double> cpu_us = {};  // a request
  std::vector<double> load = {};    // of the server's core
};

bool measure_wrk(CannedServer::Scheme scheme, Figures& figures) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  const auto wrk = drift::bench::run_wrk(server.endpoint(), make_bodies(), {.connections = connections});
  if (!wrk.ok) return false;
  figures.cpu_us.push_back(wrk.cpu_us);
  figures.load.push_back(server.stop().load);
  return true;
}

bool measure_drift(CannedServer::Scheme scheme, std::size_t requests, Figures& figures) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  const std::string ca_bundle = scheme == CannedServer::Scheme::https ? server.ca_bundle() : "-";
  const Measured drift = drift::bench::run_measured(
      {drift::bench::this_program(), "run", server.endpoint(), ca_bundle, std::to_string(requests)});
  if (!drift.ok) return false;
  figures.cpu_us.push_back(drift.cpu_seconds * 1e6 / static_cast<double>(requests));
  figures.load.push_back(server.stop().load);
  return true;
}

bool measure(const char* name, CannedServer::Scheme scheme, std::size_t rounds, std::size_t requests) {
  Figures wrk;
  Figures drift;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    if (!measure_wrk(scheme, wrk) || !measure_drift(scheme, requests, drift)) return false;
    ratios.push_back(drift.cpu_us.back() / wrk.cpu_us.back());
  }
  using drift::bench::median;
  const double ratio = median(ratios);
  std::printf("%-20s %9.2f us %9.2f us %8.2f x %9s %13.0f %% %9.0f %% %9s\n", name, median(wrk.cpu_us),
              median(drift.cpu_us), ratio, "<= 1.25 x", 100 * median(wrk.load), 100 * median(drift.load), "<= 80 %");
  using drift::bench::text;
  drift::bench::print_figure({.name = text("client CPU a request, %s", name),
                              .ratio = ratio,
                              .measured = text("%.2f us", median(drift.cpu_us)),
                              .reference = text("wrk %.2f us", median(wrk.cpu_us)),
                              .must_be = "<= 1.25 x",
                              .met = ratio <= 1.25});
  const double load = std::max(median(wrk.load), median(drift.load));
  drift::bench::print_figure({.name = text("the server's load meanwhile, %s", name),
                              .measured = text("%.0f %%", 100 * load),
                              .must_be = "<= 80 %",
                              .met = load <= 0.8});
  return true;
}

int print_table(std::size_t rounds, std::size_t requests) {
  std::printf("%-20s %12s %12s %10s %9s %15s %11s %9s\n", "CPU a request", "wrk", "drift", "ratio", "must be",
              "server with wrk", "with drift", "must be");
  const bool done = measure("plain HTTP", CannedServer::Scheme::http, rounds, requests) &&
                    measure("TLS", CannedServer::Scheme::https, rounds, requests);
  return done ? 0 : 1;
}

int main_of(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "run" && arguments.size() == 4) return run(arguments[1], arguments[2], std::stoul(arguments[3]));
  if (verb == "serve") {
    return serve(arguments.size() > 1 && arguments[1] == "--tls" ? CannedServer::Scheme::https
                                                                 : CannedServer::Scheme::http);
  }
  using drift::bench::number_option;
  return print_table(number_option(arguments, "--rounds", 5), number_option(arguments, "--requests", 200'000));
}

}  // namespace

int main(int argc, char** argv) { return drift::bench::run_main(argc, argv, main_of); }
