// What a whole run costs the client: CPU an item, peak memory and time, of a process of its own that does nothing else.
// Against the real local server, and against the canned one, which costs so little that tables of any size can be
// migrated. The servers, and the filling of a table, are processes of their own and not in the figures.
//
//   run_bench [--quick] [--rounds N]    the table; medians of N rounds (3); quick: at most 100,000 items, one round
//   run_bench serve TABLE ITEMS ITEM_BYTES [DELAY_MS]    a canned server, until standard input ends; for a profiler
//   run_bench fill ENDPOINT TABLE ITEMS ITEM_BYTES       what processes of the table are started as
//   run_bench run ENDPOINT TABLE ITEMS PLAN [NUMBER]     the same; a PLAN is the name of one below
#include "bench/bench_item.hpp"
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/measured_process.hpp"
#include "local/local_server.hpp"

#include <drift/drift.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using drift::bench::CannedServer;
using drift::bench::make_item;

// What a run does with each item.
struct Plan {
  const char* name;
  const char* expression;
  drift::Guard guard;
  bool before_images;
};

// A constant leaves an unguarded update repeatable, so that no plan needs transactions.
constexpr std::array plans = {
    Plan{"counter", "SET n = n + :value", drift::Guard::unchanged, true},
    Plan{"no guard, no image", "SET a = :value", drift::Guard::none, false},
    Plan{"guard, no image", "SET a = :value", drift::Guard::unchanged, false},
    Plan{"no guard, image", "SET a = :value", drift::Guard::none, true},
    Plan{"guard and image", "SET a = :value", drift::Guard::unchanged, true},
};

// Plans that are run in turn on one table of one server.
struct Case {
  bool is_canned;
  std::size_t items;
  std::size_t item_bytes;
  std::size_t first_plan;
  std::size_t plan_count;
  double cpu_us_max;  // 0: no figure asked for
  double peak_mib_max;
};

// The Go library, measured: 148 us an item and 237 MB at 100,000 items of 400 bytes.
constexpr std::array cases = {
    Case{false, 100'000, 400, 0, 1, 30, 64},
    Case{true, 100'000, 400, 0, plans.size(), 30, 64},
    Case{true, 1'000'000, 400, 0, 1, 30, 64},
    Case{true, 10'000, 100'000, 0, 1, 0, 128},
};

// What a run costs, as its process prints it.
struct Figures {
  double cpu_us = 0;  // an item
  double peak_mib = 0;
  double seconds = 0;
  double journal_bytes = 0;  // an action
};

drift::ClientOptions client_options(const std::string& endpoint) {
  return {.region = "us-east-1", .endpoint = endpoint, .credentials = drift::static_credentials("id", "secret")};
}

int fill(const std::string& endpoint, const std::string& table, std::size_t items, std::size_t item_bytes) {
  drift::Client client(client_options(endpoint));
  client.create_table({.name = table, .key = {{.name = "id", .type = drift::Type::number}}});
  constexpr std::size_t threads = 4;
  std::vector<std::jthread> writers;
  for (std::size_t t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      std::vector<drift::Attributes> batch;
      for (std::size_t id = t; id < items; id += threads) {
        batch.push_back(make_item(id, item_bytes));
        if (batch.size() == 25) {
          client.batch_write(table, batch);
          batch.clear();
        }
      }
      if (!batch.empty()) client.batch_write(table, batch);
    });
  }
  return 0;
}

int serve(const drift::bench::CannedTable& table, std::chrono::milliseconds delay) {
  CannedServer server(table, delay);
  std::printf("%s\n", server.endpoint().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
  std::printf("the server used %.0f %% of its core\n", 100 * server.stop());
  return 0;
}

// CPU seconds of this process so far, and its peak resident set in MiB.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

drift::Report migrate(drift::Migrator& migrator, const std::string& table, const Plan& plan, std::uint64_t number,
                      const std::function<void(const drift::Progress&)>& on_progress) {
  const auto up = [&plan](const drift::Item& item, drift::Actions& actions) {
    if (!item.contains("n")) return;
    actions.update({.expression = plan.expression, .values = {{":value", 1}}});
  };
  return migrator.run(
      {.number = number, .table = table, .up = up},
      {.concurrency = 8, .guard = plan.guard, .on_progress = on_progress, .before_images = plan.before_images});
}

int run(const std::string& endpoint, const std::string& table, std::size_t items, const Plan& plan,
        std::uint64_t number) {
  drift::bench::leave_core_to_server();
  const auto state = std::filesystem::temp_directory_path() / ("drift-bench-" + std::to_string(getpid()));
  drift::Client client(client_options(endpoint));
  drift::Migrator migrator(client, {.meta_table = "Meta", .state_dir = state});
  migrator.init();
  std::size_t journal_bytes = 0;
  const auto weigh_journal = [&](const drift::Progress&) {
    std::error_code none;
    for (const auto& file : std::filesystem::recursive_directory_iterator(state, none)) {
      if (file.path().extension() != ".journal") continue;
      journal_bytes = std::max(journal_bytes, std::size_t{file.file_size(none)});
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  const drift::Report report = migrate(migrator, table, plan, number, weigh_journal);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::filesystem::remove_all(state);
  if (!report.ok() || report.actions_done != items) {
    std::fprintf(stderr, "the run did not do its work: %s, %lu of %zu actions\n", drift::outcome_text(report.outcome),
                 report.actions_done, items);
    for (const auto& error : report.errors) std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("%.2f %.1f %.2f %zu\n", cpu_seconds() * 1e6 / static_cast<double>(items), peak_mib(), took.count(),
              journal_bytes / items);
  return 0;
}

// Runs this program again with the arguments; its standard output. Empty when it failed.
std::string run_self(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "";
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    std::vector<char*> argv;
    static std::string self = "/proc/self/exe";
    argv.push_back(self.data());
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  std::string output;
  std::array<char, 256> chunk{};
  for (ssize_t n = 0; (n = read(ends[0], chunk.data(), chunk.size())) > 0;)
    output.append(chunk.data(), static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? output : "";
}

std::optional<Figures> measure(const std::string& endpoint, const std::string& table, std::size_t items,
                               const Plan& plan, std::uint64_t number) {
  const std::string said = run_self({"run", endpoint, table, std::to_string(items), plan.name, std::to_string(number)});
  Figures f;
  if (std::sscanf(said.c_str(), "%lf %lf %lf %lf", &f.cpu_us, &f.peak_mib, &f.seconds, &f.journal_bytes) != 4)
    return {};
  return f;
}

double median(const std::vector<Figures>& rounds, double Figures::*figure) {
  std::vector<double> values(rounds.size());
  std::transform(rounds.begin(), rounds.end(), values.begin(), [figure](const Figures& f) { return f.*figure; });
  return drift::bench::median(std::move(values));
}

std::string at_most(double limit) { return limit > 0 ? "<= " + std::to_string(static_cast<int>(limit)) : "-"; }

void print_line(const Case& c, const Plan& plan, const std::vector<Figures>& rounds) {
  const std::string name = std::to_string(c.items) + " of " + std::to_string(c.item_bytes) + " B";
  std::printf("%-20s %-7s %-19s %7.1f us %6s %7.1f MiB %7s %8.1f s %10.0f B\n", name.c_str(),
              c.is_canned ? "canned" : "local", plan.name, median(rounds, &Figures::cpu_us),
              at_most(c.cpu_us_max).c_str(), median(rounds, &Figures::peak_mib), at_most(c.peak_mib_max).c_str(),
              median(rounds, &Figures::seconds), median(rounds, &Figures::journal_bytes));
}

// The rounds of a case, its plans taking turns; false when a run failed.
bool measure_case(const Case& c, std::size_t round_count) {
  const std::string table = "bench-" + std::to_string(c.items) + '-' + std::to_string(c.item_bytes);
  std::optional<drift::local::LocalServer> local;
  std::optional<CannedServer> canned;
  if (c.is_canned) {
    canned.emplace(drift::bench::CannedTable{.name = table, .items = c.items, .item_bytes = c.item_bytes});
  } else {
    local.emplace();
    run_self({"fill", local->endpoint(), table, std::to_string(c.items), std::to_string(c.item_bytes)});
  }
  const std::string endpoint = canned ? canned->endpoint() : local->endpoint();
  std::vector<std::vector<Figures>> figures(c.plan_count);
  std::uint64_t number = 0;
  for (std::size_t round = 0; round < round_count; ++round) {
    for (std::size_t i = 0; i < c.plan_count; ++i) {
      const auto found = measure(endpoint, table, c.items, plans[c.first_plan + i], ++number);
      if (!found) return false;
      figures[i].push_back(*found);
    }
  }
  for (std::size_t i = 0; i < c.plan_count; ++i) print_line(c, plans[c.first_plan + i], figures[i]);
  if (canned) std::printf("%-20s %-7s used %.0f %% of its core\n", "", "server", 100 * canned->stop());
  std::fflush(stdout);
  return true;
}

int print_table(bool quick, std::size_t round_count) {
  std::printf("%-20s %-7s %-19s %10s %6s %11s %7s %10s %12s\n", "one update an item", "server", "plan", "CPU an item",
              "must", "peak memory", "must", "wall time", "journal");
  int failures = 0;
  for (const Case& c : cases) {
    if (quick && c.items > 100'000) continue;
    if (!measure_case(c, quick ? 1 : round_count)) ++failures;
  }
  std::printf("%-20s %-7s %-19s %7.1f us %6s %7.1f MiB\n", "100000 of 400 B", "local", "the Go library", 148.0, "",
              237.0);
  return failures;
}

int main_of(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  const auto number = [&](std::size_t i, std::size_t otherwise) {
    return i < arguments.size() ? std::stoul(arguments[i]) : otherwise;
  };
  if (verb == "serve" && arguments.size() >= 4) {
    return serve({.name = arguments[1], .items = number(2, 0), .item_bytes = number(3, 0)},
                 std::chrono::milliseconds(number(4, 0)));
  }
  if (verb == "fill" && arguments.size() == 5) return fill(arguments[1], arguments[2], number(3, 0), number(4, 0));
  if (verb == "run" && arguments.size() >= 5) {
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const Plan& p) { return arguments[4] == p.name; });
    if (plan != plans.end()) return run(arguments[1], arguments[2], number(3, 0), *plan, number(5, 1));
  }
  return print_table(std::find(arguments.begin(), arguments.end(), "--quick") != arguments.end(),
                     std::max<std::size_t>(drift::bench::number_option(arguments, "--rounds", 3), 1));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_of({argv + 1, argv + argc});
  } catch (const drift::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.next_step().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 1;
}
