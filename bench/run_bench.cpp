// What a whole run costs the client: CPU an item, peak memory, and what its journal takes on the disk; of a process of
// its own that does nothing else, against the canned server, which costs so little that tables of any size can be
// migrated. Beside the CPU what wrk takes for the same updates alone, sent in turn with the runs.
//
//   run_bench [--rounds N]                               the table; medians of N rounds (3) where a case has several
//   run_bench --items N                                  one run of so many items; fails above 64 MiB
//   run_bench serve TABLE ITEMS ITEM_BYTES [DELAY_MS]    a canned server, until standard input ends; for a profiler
//   run_bench run ENDPOINT TABLE ITEMS PLAN NUMBER       what the runs are started as
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/figure.hpp"
#include "bench/guarded_update.hpp"
#include "bench/measured_process.hpp"
#include "bench/measured_run.hpp"
#include "bench/wrk.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace drift::bench;

constexpr double cpu_us_max = 20;  // an item
constexpr double peak_mib_max = 64;
constexpr double go_library_cpu_us = 148;  // measured once, 100,000 items of 400 B, with 237 MB

// Plans that are run in turn on one table of one server.
struct Case {
  std::size_t items;
  std::size_t item_bytes;
  bool all_plans;  // else `counter` alone
  bool has_rounds;
  double peak_mib_max;
};

constexpr std::array cases = {
    Case{100'000, 400, true, true, peak_mib_max},
    Case{10'000, 100'000, false, false, 128},
    Case{1'000'000, 400, false, false, peak_mib_max},
    Case{5'000'000, 400, false, false, peak_mib_max},
};

// The rounds of one plan.
struct Rounds {
  std::vector<RunFigures> runs = {};

  [[nodiscard]] double median(double RunFigures::*figure) const {
    std::vector<double> values(runs.size());
    std::transform(runs.begin(), runs.end(), values.begin(), [figure](const RunFigures& f) { return f.*figure; });
    return drift::bench::median(std::move(values));
  }
};

std::string table_of(std::size_t items, std::size_t item_bytes) {
  return "bench-" + std::to_string(items) + '-' + std::to_string(item_bytes);
}

void print_line(const Case& c, const std::string& plan, const Rounds& rounds) {
  const std::string name = std::to_string(c.items) + " of " + std::to_string(c.item_bytes) + " B";
  const double per_second = rounds.median(&RunFigures::apply_per_second);
  std::printf("%-20s %-19s %7.1f us %7.1f MiB %7s %10.0f B %20s\n", name.c_str(), plan.c_str(),
              rounds.median(&RunFigures::cpu_us), rounds.median(&RunFigures::peak_mib),
              text("<= %.0f", c.peak_mib_max).c_str(), rounds.median(&RunFigures::journal_bytes),
              per_second == 0 ? "too short"
                              : text("%.0f /s, %.1f us", per_second, rounds.median(&RunFigures::apply_cpu_us)).c_str());
  std::fflush(stdout);
}

void print_memory(const Case& c, const Rounds& rounds) {
  const double peak = rounds.median(&RunFigures::peak_mib);
  print_figure({.name = text("peak memory, %zu items of %zu B", c.items, c.item_bytes),
                .ratio = peak / c.peak_mib_max,
                .measured = text("%.1f MiB", peak),
                .must_be = text("<= %.0f MiB", c.peak_mib_max),
                .met = peak <= c.peak_mib_max});
}

void print_journal(const Case& c, const std::string& plan, const Rounds& rounds) {
  const double bytes = rounds.median(&RunFigures::journal_bytes);
  print_figure({.name = "journal bytes an action, " + plan,
                .ratio = bytes / static_cast<double>(c.item_bytes),
                .measured = text("%.0f B", bytes),
                .reference = text("an item %zu B", c.item_bytes)});
}

void print_cpu(const Rounds& counter, const std::vector<double>& wrk_us) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < wrk_us.size(); ++i) ratios.push_back(counter.runs[i].cpu_us / wrk_us[i]);
  const double cpu = counter.median(&RunFigures::cpu_us);
  print_figure({.name = "CPU an item of a whole run",
                .ratio = median(ratios),
                .measured = text("%.1f us", cpu),
                .reference = text("wrk %.1f us, Go library %.0f us", median(wrk_us), go_library_cpu_us),
                .must_be = text("<= %.0f us", cpu_us_max),
                .met = cpu <= cpu_us_max});
}

// CPU of a request of wrk, on the same server; empty: it failed.
std::optional<double> measure_wrk(const CannedServer& server, const std::string& table) {
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < 1'024; ++i) bodies.push_back(guarded_update(table, 1'000'000'000 + i));
  const auto wrk = run_wrk(server.endpoint(), bodies, {});
  return wrk.ok ? std::optional(wrk.cpu_us) : std::nullopt;
}

// Prints the lines of a case and gives the rounds of its plans; empty when something failed.
std::vector<Rounds> measure_case(const Case& c, std::size_t round_count, std::vector<double>* wrk_us) {
  const std::string table = table_of(c.items, c.item_bytes);
  CannedServer server({.name = table, .items = c.items, .item_bytes = c.item_bytes});
  const std::vector<std::string> plans = c.all_plans ? all_plans() : std::vector<std::string>{counter_plan};
  std::vector<Rounds> rounds(plans.size());
  std::uint64_t number = 0;
  for (std::size_t round = 0; round < (c.has_rounds ? round_count : 1); ++round) {
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const auto found = measure_run(
          {.endpoint = server.endpoint(), .table = table, .items = c.items, .plan = plans[i], .number = ++number});
      if (!found) return {};
      rounds[i].runs.push_back(*found);
    }
    if (wrk_us == nullptr) continue;
    const auto wrk = measure_wrk(server, table);
    if (!wrk) return {};
    wrk_us->push_back(*wrk);
  }
  for (std::size_t i = 0; i < plans.size(); ++i) print_line(c, plans[i], rounds[i]);
  return rounds;
}

void print_head() {
  std::printf("%-20s %-19s %10s %11s %7s %12s %20s\n", "one update an item", "plan", "CPU an item", "peak memory",
              "must", "journal", "apply phase, CPU");
}

int print_table(std::size_t round_count) {
  print_head();
  const auto plans = all_plans();
  for (const Case& c : cases) {
    std::vector<double> wrk_us;
    const auto rounds = measure_case(c, round_count, c.all_plans ? &wrk_us : nullptr);
    if (rounds.empty()) return 1;
    if (c.all_plans) {
      print_cpu(rounds.front(), wrk_us);
      for (std::size_t i = 1; i < plans.size(); ++i) print_journal(c, plans[i], rounds[i]);
    }
    print_memory(c, rounds.front());
  }
  return 0;
}

int run_many(std::size_t items) {
  print_head();
  const Case c{items, 400, false, false, peak_mib_max};
  const auto rounds = measure_case(c, 1, nullptr);
  if (rounds.empty()) return 1;
  print_memory(c, rounds.front());
  return rounds.front().median(&RunFigures::peak_mib) <= peak_mib_max ? 0 : 1;
}

int main_of(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "serve" && arguments.size() >= 4) {
    const std::chrono::milliseconds delay(arguments.size() > 4 ? std::stol(arguments[4]) : 0);
    CannedServer server(
        {.name = arguments[1], .items = std::stoul(arguments[2]), .item_bytes = std::stoul(arguments[3])}, delay);
    return serve_until_end_of_input(server);
  }
  if (verb == "run") return be_the_run({arguments.begin() + 1, arguments.end()});
  if (const std::size_t items = number_option(arguments, "--items", 0); items > 0) return run_many(items);
  return print_table(std::max<std::size_t>(number_option(arguments, "--rounds", 3), 1));
}

}  // namespace

int main(int argc, char** argv) { return run_main(argc, argv, main_of); }
