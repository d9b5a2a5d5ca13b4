// How well a run keeps pace with its table: drift's own applier, pace, client calls and journal against a simulated
// table in virtual time, so that minutes of a table's life are over in seconds, and the same every time.
//
//   simulation_bench [--seed N] [--seeds COUNT] [--trace] [scenario...]
//
// gives the table; of all scenarios unless some are named. Each is run with so many seeds (3 unless told), N and those
// after it: the seed makes the foreground's requests and the way of every request of the run. With --trace each second
// too.
//
// What the columns are, means over the seeds where nothing else is said:
//   time       seconds until the last item was written
//   ideal      the least time in which any client can do it and leave the foreground all that it asks for: when a rate
//              is given, units / rate; and in every case the first moment T at which
//                burst at the start + (the table's limit, added up until T) - (the foreground's units until T)
//              has reached the units of all items, and for each partition its limit * T and one second's worth, less
//              its foreground, the units of its own items. For one limit that is (items * WCU - burst) / budget.
//   ratio      time / ideal
//   throttled  refused requests of the run, of all that it sent
//   foreground the same of the foreground's requests, beside what it is for the same requests without a run
//   window     of the whole 10 s windows after the first that end before the last item is written: the largest
//              difference of what was consumed from the rate that was given, with any seed
//
// The figures follow once more, as lines for scripts (bench/figure.hpp). Before anything is measured the model of the
// table is checked against what can be worked out by hand.
#include "bench/figure.hpp"
#include "bench/simulated_run.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace drift::bench;

// What the figures must be, given a rate and without one.
struct Limits {
  double time;
  double throttled;
};
constexpr Limits with_rate{.time = 1.05, .throttled = 0.01};
constexpr Limits without_rate{.time = 1.15, .throttled = 0.03};
constexpr double window_must = 0.03;
constexpr double window_seconds = 10;

// Partitions of different sizes; one takes 1,000 a second, as DynamoDB's do.
std::vector<PartitionPlan> skewed(double limit) {
  return {{.share = 0.4, .limit = limit},
          {.share = 0.3, .limit = limit},
          {.share = 0.2, .limit = limit},
          {.share = 0.1, .limit = limit}};
}

// 100 to 350 a second, and for 3 s of each 45 another 100.
constexpr ForegroundPlan varying{
    .mean = 225, .swing = 125, .period = 60, .rush = 100, .rush_every = 45, .rush_seconds = 3};
// Little, but for 10 s of each 30 the first partition is almost used up.
constexpr ForegroundPlan hot_rushes{
    .mean = 100, .rush = 400, .rush_every = 30, .rush_seconds = 10, .rush_is_hot = true};

// A table on another continent.
constexpr Way far_away{.there_ms = 50, .there_varies_ms = 10, .back_ms = 50, .back_varies_ms = 20, .slow_more_ms = 200};

std::vector<Scenario> scenarios() {
  const TablePlan table{.limit = 1'000, .partitions = skewed(1'000)};
  TablePlan full = table;
  full.burst_at_start = 300'000;
  TablePlan narrow = table;
  narrow.partitions = skewed(500);
  TablePlan narrower = table;
  narrower.partitions = skewed(300);
  TablePlan grows = table;
  grows.changes_at = 60;
  grows.changed_limit = 2'000;
  TablePlan shrinks = table;
  shrinks.changes_at = 60;
  shrinks.changed_limit = 500;
  const TablePlan large{
      .limit = 4'000, .partitions = {{.share = 0.3}, {.share = 0.25}, {.share = 0.2}, {.share = 0.15}, {.share = 0.1}}};
  const ItemsPlan of_1{.count = 100'000};
  return {
      {.name = "rate-600", .items = of_1, .table = table, .foreground = varying, .rate = 600},
      {.name = "rate-600-mixed-costs", .items = {40'000, 5}, .table = table, .foreground = varying, .rate = 600},
      {.name = "rate-40-mixed-costs", .items = {4'000, 5}, .table = table, .foreground = varying, .rate = 40},
      {.name = "rate-2000-partitions", .items = {200'000}, .table = large, .foreground = varying, .rate = 2000},
      {.name = "rate-600-narrow", .items = of_1, .table = narrow, .foreground = varying, .rate = 600},
      {.name = "no-rate", .items = of_1, .table = table, .foreground = varying},
      {.name = "no-rate-mixed-costs", .items = {40'000, 5}, .table = table, .foreground = varying},
      {.name = "no-rate-full-burst", .items = {200'000, 5}, .table = full, .foreground = varying},
      {.name = "no-rate-no-foreground", .items = of_1, .table = table},
      {.name = "no-rate-far-away", .items = of_1, .table = table, .foreground = varying, .way = far_away},
      {.name = "hot-partition-at-times", .items = of_1, .table = narrow, .foreground = hot_rushes},
      {.name = "hot-partition-always", .items = {60'000}, .table = narrower, .foreground = {.mean = 100}},
      {.name = "hot-partition-far-away",
       .items = {60'000},
       .table = narrower,
       .foreground = {.mean = 100},
       .way = far_away},
      {.name = "capacity-doubled", .items = {150'000}, .table = grows, .foreground = varying},
      {.name = "capacity-halved", .items = {60'000}, .table = shrinks, .foreground = {.mean = 100}},
  };
}

double largest_difference(const SimulatedRun& run, double rate) {
  double largest = 0;
  const auto width = static_cast<std::size_t>(window_seconds);
  for (std::size_t begin = width; static_cast<double>(begin + width) <= run.seconds; begin += width) {
    double units = 0;
    for (std::size_t second = begin; second < begin + width; ++second) units += run.by_second[second].units;
    largest = std::max(largest, std::abs(units / (rate * window_seconds) - 1));
  }
  return largest;
}

// What a scenario's runs came to: sums, while they are added, and then means.
struct Figures {
  double seconds = 0;
  double ideal_seconds = 0;
  double ratio = 0;  // of the two
  double throttled = 0;
  double foreground = 0;
  double foreground_alone = 0;
  double window = 0;  // the largest
  double took = 0;    // real seconds

  void add(const Scenario& scenario, const SimulatedRun& run) {
    seconds += run.seconds;
    ideal_seconds += run.ideal_seconds;
    ratio += run.seconds / run.ideal_seconds;
    throttled += run.served.refused_share();
    foreground += run.foreground.refused_share();
    foreground_alone += run.foreground_alone.refused_share();
    if (scenario.rate > 0) window = std::max(window, largest_difference(run, scenario.rate));
  }
  void divide(double runs) {
    for (double* figure : {&seconds, &ideal_seconds, &ratio, &throttled, &foreground, &foreground_alone, &took}) {
      *figure /= runs;
    }
  }
};

std::string percent(double share) { return text("%.3f %%", share * 100); }

void print_head() {
  std::printf("%-23s %8s %8s %6s %7s %10s %8s %11s %9s %9s %7s %7s\n", "simulated table", "time", "ideal", "ratio",
              "must", "throttled", "must", "foreground", "alone", "window", "must", "took");
}

void print_line(const Scenario& scenario, const Figures& figures) {
  const bool given = scenario.rate > 0;
  const Limits& must = given ? with_rate : without_rate;
  std::printf("%-23s %6.1f s %6.1f s %6.3f %7.2f %10s %8s %11s %9s %9s %7s %5.1f s\n", scenario.name, figures.seconds,
              figures.ideal_seconds, figures.ratio, must.time, percent(figures.throttled).c_str(),
              percent(must.throttled).c_str(), percent(figures.foreground).c_str(),
              percent(figures.foreground_alone).c_str(), given ? percent(figures.window).c_str() : "-",
              given ? percent(window_must).c_str() : "-", figures.took);
  std::fflush(stdout);
}

void print_trace(const SimulatedRun& run) {
  for (std::size_t second = 0; second < run.by_second.size(); ++second) {
    const Second& s = run.by_second[second];
    std::printf("  %4zu s: %6.0f units, %5u refused by a key range, %5u by the table\n", second, s.units,
                s.refused_by_key_range, s.refused_by_table);
  }
}

void print_figures(const Scenario& scenario, const Figures& figures) {
  const bool given = scenario.rate > 0;
  const Limits& must = given ? with_rate : without_rate;
  const auto name = [&](const char* figure) { return text("simulation/%s/%s", scenario.name, figure); };
  print_figure({.name = name("time"),
                .ratio = figures.ratio,
                .measured = text("%.1f s", figures.seconds),
                .reference = text("ideal %.1f s", figures.ideal_seconds),
                .must_be = text("<= %.2f x", must.time),
                .met = figures.ratio <= must.time});
  print_figure({.name = name("throttled"),
                .ratio = figures.throttled / must.throttled,
                .measured = percent(figures.throttled),
                .must_be = text("<= %.0f %%", must.throttled * 100),
                .met = figures.throttled <= must.throttled});
  if (given) {
    print_figure({.name = name("window"),
                  .ratio = figures.window / window_must,
                  .measured = percent(figures.window),
                  .reference = text("rate %.0f /s", scenario.rate),
                  .must_be = text("<= %.0f %%", window_must * 100),
                  .met = figures.window <= window_must});
  }
  // Single requests of tens of thousands: the ratio of two such shares says nothing. Without a rate a run finds the
  // limit by meeting it, and so nothing is asked for there.
  if (scenario.foreground.mean > 0) {
    print_figure({.name = name("foreground throttled"),
                  .measured = percent(figures.foreground),
                  .reference = text("without the run %s", percent(figures.foreground_alone).c_str()),
                  .must_be = given ? "<= without" : "",
                  .met = figures.foreground <= figures.foreground_alone});
  }
}

bool check(const char* what, double figure, double expected, double within) {
  const bool holds = std::abs(figure - expected) <= within;
  std::printf("model: %-75s %9.1f, expected %9.1f%s\n", what, figure, expected, holds ? "" : ": WRONG");
  return holds;
}

// Writes of one unit each, a thousand tries a second and partition, for so long; what each partition got.
std::vector<double> write_all_the_time(SimulatedTable& table, std::size_t partitions, double seconds, Served& served) {
  std::vector<double> got(partitions);
  for (int step = 1; step <= static_cast<int>(seconds * 1'000); ++step) {
    for (std::size_t p = 0; p < partitions; ++p) {
      const Refusal refusal = table.write(p, 1, step / 1'000.0);
      served.count(refusal);
      if (refusal == Refusal::none) got[p] += 1;
    }
  }
  return got;
}

// What the table gives, worked out by hand.
bool check_model() {
  const Foreground nobody({}, {}, 1);
  bool holds = true;
  {
    const TablePlan plan{.limit = 100, .burst_at_start = 1'000, .partitions = {{.share = 1, .limit = 1'000}}};
    SimulatedTable table(plan, nobody);
    Served served;
    const double got = write_all_the_time(table, 1, 60, served)[0];
    holds &= check("who writes all the time gets the burst and the limit: 1,000 + 100 * 60 s", got, 7'000, 1);
    holds &= check("  and is refused the rest for the table", static_cast<double>(served.refused), 53'000, 1);
    holds &= check("  of it for a key range", static_cast<double>(served.refused_by_key_range), 0, 0);
    holds &= check("  which is the ideal for as many", ideal_seconds(plan, {7'000}, nobody), 60, 0.01);
  }
  {
    const TablePlan plan{.limit = 1'000,
                         .burst_at_start = 0,
                         .partitions = {{.share = 0.5, .limit = 100}, {.share = 0.5, .limit = 2'000}}};
    SimulatedTable table(plan, nobody);
    Served served;
    const auto got = write_all_the_time(table, 2, 60, served);
    holds &= check("a hot partition gets its limit and what it kept: 100 * (60 + 1) s", got[0], 6'100, 1);
    holds &= check("  the other one what the table has left: 1,000 * 60 s - 6,100", got[1], 53'900, 1);
  }
  {
    const TablePlan plan{.limit = 1'000, .burst_at_start = 100};
    SimulatedTable table(plan, Foreground(varying, plan, 1));
    table.pass(180);
    const double requests = static_cast<double>(table.foreground().requests);
    holds &= check("the foreground asks for 225 * 180 s and 100 * 3 s * 4", requests, 225 * 180 + 1'200, 600);
    holds &= check("  and is refused nothing below the limit", static_cast<double>(table.foreground().refused), 0, 0);
  }
  return holds;
}

struct Wanted {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 3;
  bool trace = false;
  std::vector<std::string> names = {};  // empty: all

  explicit Wanted(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i] == "--trace") {
        trace = true;
      } else if (arguments[i] == "--seed" && i + 1 < arguments.size()) {
        seed = std::stoull(arguments[++i]);
      } else if (arguments[i] == "--seeds" && i + 1 < arguments.size()) {
        seeds = std::max<std::uint64_t>(std::stoull(arguments[++i]), 1);
      } else {
        names.push_back(arguments[i]);
      }
    }
  }
  [[nodiscard]] bool has(const char* name) const {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  }
};

Figures figures_of(const Scenario& scenario, const Wanted& wanted) {
  Figures figures;
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t seed = wanted.seed; seed < wanted.seed + wanted.seeds; ++seed) {
    const SimulatedRun run = simulate(scenario, seed);
    figures.add(scenario, run);
    if (wanted.trace) print_trace(run);
  }
  figures.took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  figures.divide(static_cast<double>(wanted.seeds));
  return figures;
}

int main_of(const Wanted& wanted) {
  if (!check_model()) return 1;
  std::printf("\nseeds %llu to %llu\n", static_cast<unsigned long long>(wanted.seed),
              static_cast<unsigned long long>(wanted.seed + wanted.seeds - 1));
  print_head();
  std::vector<std::pair<Scenario, Figures>> rows;
  for (const Scenario& scenario : scenarios()) {
    if (!wanted.has(scenario.name)) continue;
    rows.emplace_back(scenario, figures_of(scenario, wanted));
    print_line(scenario, rows.back().second);
  }
  for (const auto& [scenario, figures] : rows) print_figures(scenario, figures);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_of(Wanted({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 1;
}
