// What one request costs the client, beside wrk: UpdateItem, 64 connections, against the canned server, which keeps to
// the other core. wrk sends the same bytes, signed beforehand; drift writes, signs, judges and would send again. Both
// are processes of their own, in turn, and a figure is all CPU of such a process by the requests it made.
//
//   wire_bench [--rounds N] [--requests N]    the table; medians of N rounds (5), each of so many requests (200,000)
//   wire_bench serve [--tls]                  a canned server, until standard input ends; for a profiler
//   wire_bench run ENDPOINT CA REQUESTS       what drift's processes are started as; CA: a file, "-" for none
#include "base/clock.hpp"
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/measured_process.hpp"
#include "client/core.hpp"
#include "support/certificate.hpp"
#include "wire/sigv4.hpp"
#include "wire/transport.hpp"

#include <drift/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
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
constexpr drift::wire::SigningKeys keys{"AKIDFAKEFAKEFAKE0000", "fakesecret/fakesecret/fakesecret/fake000", {}};

// What a guarded counter of a run sends.
std::string body_of(std::size_t number) {
  return R"({"TableName":")" + std::string(table) + R"(","Key":{"id":{"N":")" + std::to_string(1'000'000'000 + number) +
         R"("}},"UpdateExpression":"SET n = n + :value","ConditionExpression":"#g0 = :g0",)"
         R"("ExpressionAttributeNames":{"#g0":"n"},"ExpressionAttributeValues":{":g0":{"N":"0"},":value":{"N":"1"}},)"
         R"("ReturnConsumedCapacity":"INDEXES"})";
}

// --- drift's process -------------------------------------------------------------------------------------------------

// Keeps so many calls in flight until all are done. All but the first are started on the loop.
class Caller {
 public:
  Caller(drift::client::ClientCore& core, std::size_t calls) : core_(core), calls_(calls) {
    for (std::size_t i = 0; i < bodies; ++i) bodies_.push_back(body_of(i));
  }

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
  std::vector<std::string> bodies_;
  std::size_t started_ = 0;
  std::size_t answered_ = 0;
  std::optional<drift::Error> error_;
  std::promise<void> done_;
};

int run(const std::string& endpoint, const std::string& ca_bundle, std::size_t requests) {
  drift::client::ClientCore core(
      {.region = "us-east-1",
       .endpoint = endpoint,
       .credentials = drift::static_credentials(std::string(keys.access_key_id), std::string(keys.secret_access_key)),
       .ca_bundle = ca_bundle == "-" ? "" : ca_bundle});
  const auto error = Caller(core, requests).run();
  if (error) std::fprintf(stderr, "%s\n", error->what());
  return error ? 1 : 0;
}

int serve(CannedServer::Scheme scheme) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  std::printf("%s %s\n", server.endpoint().c_str(),
              scheme == CannedServer::Scheme::https ? server.ca_bundle().c_str() : "-");
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
  std::printf("the server used %.0f %% of its core\n", 100 * server.stop());
  return 0;
}

// --- wrk -------------------------------------------------------------------------------------------------------------

// A string of Lua.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '\r' || c == '\n') {
      out += c == '\r' ? "\\r" : "\\n";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += '"';
}

// The requests of drift's process, signed, as the transport writes them.
std::string wrk_script(const std::string& authority) {
  drift::wire::Signer signer("us-east-1", "dynamodb");
  std::string script = "local requests = {}\n";
  for (std::size_t i = 0; i < bodies; ++i) {
    const std::string body = body_of(i);
    std::string request = "POST / HTTP/1.1\r\n";
    signer.sign(request, keys, authority, "DynamoDB_20120810.UpdateItem", body, drift::base::machine_clock().system());
    request.append("content-length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    script += "requests[#requests + 1] = ";
    append_quoted(script, request);
    script += '\n';
  }
  return script + "local at = 0\nfunction request()\n  at = at % #requests + 1\n  return requests[at]\nend\n";
}

// The requests that wrk says it made; 0 where it met an error.
std::size_t requests_made(const std::string& report) {
  if (report.find("Socket errors") != std::string::npos || report.find("Non-2xx") != std::string::npos) return 0;
  const std::size_t end = report.find(" requests in");
  if (end == std::string::npos) return 0;
  const std::size_t begin = report.find_last_of(" \n", end - 1) + 1;
  return std::strtoul(report.c_str() + begin, nullptr, 10);
}

// --- the table -------------------------------------------------------------------------------------------------------

struct Figures {
  std::vector<double> cpu_us = {};  // a request
  std::vector<double> load = {};    // of the server's core
};

bool measure_wrk(CannedServer::Scheme scheme, Figures& figures) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  const std::string endpoint = server.endpoint();
  const drift::testing::TemporaryFile script(wrk_script(drift::wire::Endpoint::parse(endpoint)->authority()));
  const Measured wrk = drift::bench::run_measured({"wrk", "-t1", "-c" + std::to_string(connections), "-d3s",
                                                   "--timeout", "30s", "-s", script.path(), endpoint + "/"});
  const std::size_t made = requests_made(wrk.output);
  if (!wrk.ok || made == 0) {
    std::fprintf(stderr, "wrk did not do its work; scripts/setup --bench installs it\n%s\n", wrk.output.c_str());
    return false;
  }
  figures.cpu_us.push_back(wrk.cpu_seconds * 1e6 / static_cast<double>(made));
  figures.load.push_back(server.stop());
  return true;
}

bool measure_drift(CannedServer::Scheme scheme, std::size_t requests, Figures& figures) {
  CannedServer server({.name = table, .items = bodies, .item_bytes = 400}, answer_delay, scheme);
  const std::string ca_bundle = scheme == CannedServer::Scheme::https ? server.ca_bundle() : "-";
  const Measured drift = drift::bench::run_measured(
      {drift::bench::this_program(), "run", server.endpoint(), ca_bundle, std::to_string(requests)});
  if (!drift.ok) return false;
  figures.cpu_us.push_back(drift.cpu_seconds * 1e6 / static_cast<double>(requests));
  figures.load.push_back(server.stop());
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
  std::printf("ratio\tclient CPU a request, %s\t%.3f\n", name, ratio);
  std::fflush(stdout);
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
