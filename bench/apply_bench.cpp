// How fast the apply phase is, one update an item. On a server that answers after 5 ms, where as many updates a second
// are possible as requests are under way by that time: the applier has to find out how many, and one core has to be
// enough for them. And on the real local server, beside what wrk reaches there with the same requests, signed
// beforehand, in turn.
//
//   apply_bench [--rounds N]                            the table; medians of N rounds (3)
//   apply_bench fill ENDPOINT TABLE ITEMS               what fills the local server's table
//   apply_bench run ENDPOINT TABLE ITEMS PLAN NUMBER    what the runs are started as
#include "bench/bench_item.hpp"
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/figure.hpp"
#include "bench/guarded_update.hpp"
#include "bench/measured_process.hpp"
#include "bench/measured_run.hpp"
#include "bench/wrk.hpp"
#include "local/local_server.hpp"

#include <drift/drift.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace drift::bench;

constexpr std::size_t item_bytes = 400;

// --- a server that answers late --------------------------------------------------------------------------------------

constexpr const char* late_table = "bench-late";
constexpr std::size_t late_items = 200'000;
constexpr std::chrono::milliseconds late_by{5};
constexpr double in_flight_max = 256;  // ClientOptions::connections_max
constexpr double late_per_second_min = 30'000;
constexpr double late_ideal_per_second = in_flight_max * 1'000 / late_by.count();

bool measure_late(std::size_t rounds) {
  std::vector<double> per_second;
  std::vector<double> per_cpu_second;
  std::vector<double> in_flight;
  std::vector<double> load;
  for (std::size_t round = 0; round < rounds; ++round) {
    CannedServer server({.name = late_table, .items = late_items, .item_bytes = item_bytes}, late_by);
    const auto run = measure_run({.endpoint = server.endpoint(),
                                  .table = late_table,
                                  .items = late_items,
                                  .plan = counter_plan,
                                  .number = round + 1});
    if (!run) return false;
    const CannedServer::Work work = server.stop();
    per_second.push_back(run->apply_per_second);
    per_cpu_second.push_back(1e6 / run->apply_cpu_us);
    in_flight.push_back(static_cast<double>(work.most_waiting));
    load.push_back(work.load);
  }
  std::printf("%-44s %9.0f /s, %.0f a CPU second; at most %.0f in flight; the server used %.0f %% of its core\n",
              "apply phase, a server that answers after 5 ms", median(per_second), median(per_cpu_second),
              median(in_flight), 100 * median(load));
  const auto print = [](const char* name, double measured, const char* unit) {
    print_figure({.name = name,
                  .ratio = late_ideal_per_second / measured,
                  .measured = text("%.0f %s", measured, unit),
                  .reference = text("256 / 5 ms = %.0f /s", late_ideal_per_second),
                  .must_be = text(">= %.0f", late_per_second_min),
                  .met = measured >= late_per_second_min});
  };
  print("updates a second, answers after 5 ms", median(per_second), "/s");
  print("updates a CPU second, answers after 5 ms", median(per_cpu_second), "a CPU s");
  return true;
}

// --- the local server ------------------------------------------------------------------------------------------------

constexpr const char* local_table = "bench-local";
constexpr std::size_t local_items = 100'000;
constexpr double local_share_min = 0.9;
constexpr std::size_t wrk_seconds = 8;

int fill(const std::string& endpoint, const std::string& table, std::size_t items) {
  drift::Client client(
      {.region = "us-east-1", .endpoint = endpoint, .credentials = drift::static_credentials("id", "secret")});
  client.create_table({.name = table, .key = {{.name = "id", .type = drift::Type::number}}});
  // One by one: the server's batch writes become slower with the table's size.
  constexpr std::size_t threads = 32;
  std::vector<std::jthread> writers;
  for (std::size_t t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      for (std::size_t id = t; id < items; id += threads) {
        drift::Attributes item = make_item(id, item_bytes);
        item["a"] = 1;  // so that the requests of all runs are the same
        client.put_item(table, item);
      }
    });
  }
  return 0;
}

bool measure_local(std::size_t rounds) {
  const drift::local::LocalServer server;
  if (!run_measured({this_program(), "fill", server.endpoint(), local_table, std::to_string(local_items)}).ok) {
    return false;
  }
  std::vector<std::string> bodies;
  for (std::size_t id = 0; id < local_items; ++id) bodies.push_back(guarded_update(local_table, id));
  std::vector<double> theirs;
  std::vector<double> ours;
  std::vector<double> shares;
  std::vector<double> cpu_us;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto wrk = run_wrk(server.endpoint(), bodies, {.seconds = wrk_seconds});
    const auto run = measure_run({.endpoint = server.endpoint(),
                                  .table = local_table,
                                  .items = local_items,
                                  .plan = guard_and_image_plan,
                                  .number = round + 1});
    if (!wrk.ok || !run) return false;
    theirs.push_back(wrk.per_second);
    ours.push_back(run->apply_per_second);
    shares.push_back(ours.back() / theirs.back());
    cpu_us.push_back(run->cpu_us);
  }
  std::printf("%-44s %9.0f /s; wrk %.0f /s; the whole run %.1f us CPU an item\n", "apply phase, the local server",
              median(ours), median(theirs), median(cpu_us));
  const double share = median(shares);
  print_figure({.name = "updates a second, the local server",
                .ratio = 1 / share,
                .measured = text("%.0f /s", median(ours)),
                .reference = text("wrk %.0f /s", median(theirs)),
                .must_be = text(">= %.1f x", local_share_min),
                .met = share >= local_share_min});
  return true;
}

int main_of(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "run") return be_the_run({arguments.begin() + 1, arguments.end()});
  if (verb == "fill" && arguments.size() == 4) return fill(arguments[1], arguments[2], std::stoul(arguments[3]));
  const std::size_t rounds = std::max<std::size_t>(number_option(arguments, "--rounds", 3), 1);
  return measure_late(rounds) && measure_local(rounds) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return run_main(argc, argv, main_of); }
