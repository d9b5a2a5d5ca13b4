// What batches save: a whole run of plain puts, one for each item, 25 in a request and singly, against the canned
// server. Singly is what a run does without the permission for batches.
//
//   batch_bench [--items N] [--rounds N]       200,000 items, the medians of 3 rounds
//   batch_bench run ENDPOINT ITEMS together|singly NUMBER    what the runs are started as
#include "base/crc32.hpp"
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/figure.hpp"
#include "bench/measured_process.hpp"
#include "client/core.hpp"
#include "wire/asio_transport.hpp"

#include <drift/drift.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace drift;

constexpr const char* table_name = "bench-puts";
constexpr std::size_t item_bytes = 400;

// Counts the requests that write, and refuses batches where they are not allowed.
class CountingTransport final : public wire::Transport {
 public:
  CountingTransport(std::shared_ptr<wire::Transport> inner, bool allows_batches)
      : inner_(std::move(inner)), allows_batches_(allows_batches) {}

  void send(wire::Request request, Completion done) override {
    const auto target = wire::find_header(request.headers, "x-amz-target");
    const bool is_batch = target.ends_with(".BatchWriteItem");
    if (is_batch && !allows_batches_) return refuse(std::move(done));
    if (is_batch || target.ends_with(".PutItem")) ++writes;
    inner_->send(std::move(request), std::move(done));
  }
  base::Loop& loop() override { return inner_->loop(); }

  std::atomic<std::size_t> writes = 0;

 private:
  void refuse(Completion done) {
    std::string body = R"({"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no batches"})";
    std::string headers = "x-amz-crc32: " + std::to_string(base::crc32(body)) + "\r\n";
    loop().post([done = std::move(done), answer = wire::Response{.status = 400, .headers = headers, .body = body}] {
      done(answer);
    });
  }

  std::shared_ptr<wire::Transport> inner_;
  const bool allows_batches_;
};

// Prints the writing requests, and how long the apply phase took.
int run(const std::string& endpoint, std::size_t items, bool together, std::uint64_t number) {
  const auto transport = std::make_shared<CountingTransport>(wire::make_asio_transport({}), together);
  client::ClientCore::Settings settings{.region = "us-east-1",
                                        .endpoint = *wire::Endpoint::parse(endpoint),
                                        .credentials = static_credentials("id", "secret")};
  Client client(std::make_unique<client::ClientCore>(std::move(settings), transport));
  const auto state = std::filesystem::temp_directory_path() / ("drift-bench-" + std::to_string(getpid()));
  Migrator migrator(client, {.meta_table = "Meta", .state_dir = state});
  migrator.init();
  const auto up = [](const Item& item, Actions& actions) {
    Attributes all = item.attributes();
    all["n"] = 1;
    actions.put(all);
  };
  const auto begun = std::chrono::steady_clock::now();
  const Report report = migrator.run({.number = number, .table = table_name, .up = up},
                                     {.concurrency = 8, .guard = Guard::none, .before_images = false});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::filesystem::remove_all(state);
  if (!report.ok() || report.actions_done != items || report.write_units != static_cast<double>(items)) {
    std::fprintf(stderr, "the run did not do its work: %s, %lu actions\n", outcome_text(report.outcome),
                 report.actions_done);
    for (const Error& error : report.errors) std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("%zu %.3f\n", transport->writes.load(), took.count());
  return 0;
}

struct Figures {
  std::vector<double> cpu_us = {};
  std::vector<double> requests = {};
  std::vector<double> seconds = {};
};

void print_line(const char* plan, const Figures& figures) {
  std::printf("%-20s %11.1f us %17.3f %8.1f s\n", plan, bench::median(figures.cpu_us), bench::median(figures.requests),
              bench::median(figures.seconds));
}

void print_figures(const Figures& singly, const Figures& together) {
  // The rounds' ratios: what else goes on in a machine slows down both of a round.
  std::vector<double> ratios;
  for (std::size_t i = 0; i < singly.cpu_us.size(); ++i) ratios.push_back(together.cpu_us[i] / singly.cpu_us[i]);
  bench::print_figure({.name = "CPU an item of plain puts in batches",
                       .ratio = bench::median(std::move(ratios)),
                       .measured = bench::text("%.1f us", bench::median(together.cpu_us)),
                       .reference = bench::text("singly %.1f us", bench::median(singly.cpu_us))});
  const double requests = bench::median(together.requests);
  bench::print_figure({.name = "requests an item of plain puts in batches",
                       .ratio = requests / bench::median(singly.requests),
                       .measured = bench::text("%.3f", requests),
                       .reference = bench::text("singly %.3f", bench::median(singly.requests))});
}

int main_of(const std::vector<std::string>& arguments) {
  if (arguments.size() == 5 && arguments[0] == "run") {
    return run(arguments[1], std::stoul(arguments[2]), arguments[3] == "together", std::stoul(arguments[4]));
  }
  const std::size_t items = bench::number_option(arguments, "--items", 200'000);
  const std::size_t rounds = std::max<std::size_t>(bench::number_option(arguments, "--rounds", 3), 1);
  bench::CannedServer server({.name = table_name, .items = items, .item_bytes = item_bytes});
  constexpr std::array plans = {"singly", "together"};
  std::array<Figures, plans.size()> figures;
  std::size_t number = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const bench::Measured measured =
          bench::run_measured({bench::this_program(), "run", server.endpoint(), std::to_string(items), plans.at(i),
                               std::to_string(++number)});
      std::size_t requests = 0;
      double seconds = 0;
      if (!measured.ok || std::sscanf(measured.output.c_str(), "%zu %lf", &requests, &seconds) != 2) return 1;
      figures.at(i).cpu_us.push_back(measured.cpu_seconds * 1e6 / static_cast<double>(items));
      figures.at(i).requests.push_back(static_cast<double>(requests) / static_cast<double>(items));
      figures.at(i).seconds.push_back(seconds);
    }
  }
  std::printf("%zu puts of %zu B   %11s %17s %10s\n", items, item_bytes, "CPU an item", "requests an item",
              "wall time");
  for (std::size_t i = 0; i < plans.size(); ++i) print_line(plans.at(i), figures.at(i));
  print_figures(figures[0], figures[1]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return drift::bench::run_main(argc, argv, main_of); }
