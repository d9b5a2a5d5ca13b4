// Measured runs: see the header. CPU is what the process's end tells; the process itself prints the rest.
#include "bench/measured_run.hpp"

#include "bench/measured_process.hpp"

#include <drift/drift.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace drift::bench {

namespace {

struct Plan {
  const char* name;
  const char* expression;
  Guard guard;
  bool before_images;
};

constexpr std::array plans = {
    Plan{counter_plan, "SET n = n + :value", Guard::unchanged, true},
    Plan{"no guard, no image", "SET a = :value", Guard::none, false},
    Plan{"guard, no image", "SET a = :value", Guard::unchanged, false},
    Plan{"no guard, image", "SET a = :value", Guard::none, true},
    Plan{guard_and_image_plan, "SET a = :value", Guard::unchanged, true},
};

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

// How far the apply phase was, at one moment.
struct Mark {
  std::chrono::steady_clock::time_point time;
  double cpu_seconds = 0;
  std::uint64_t actions = 0;
};

// What the progress of a run tells; called by one thread at a time.
class Watcher {
 public:
  explicit Watcher(std::filesystem::path state) : state_(std::move(state)) {}

  void see(const Progress& progress) {
    weigh_journal();
    if (progress.phase != Phase::applying || progress.actions_done == 0) return;
    last_ = {.time = std::chrono::steady_clock::now(), .cpu_seconds = cpu_seconds(), .actions = progress.actions_done};
    if (first_.actions == 0) first_ = last_;
  }
  [[nodiscard]] double journal_bytes() const noexcept { return static_cast<double>(journal_bytes_); }
  [[nodiscard]] double per_second() const {
    const std::chrono::duration<double> time = last_.time - first_.time;
    return actions() == 0 ? 0 : actions() / time.count();
  }
  [[nodiscard]] double cpu_us() const {
    return actions() == 0 ? 0 : (last_.cpu_seconds - first_.cpu_seconds) * 1e6 / actions();
  }

 private:
  [[nodiscard]] double actions() const noexcept { return static_cast<double>(last_.actions - first_.actions); }
  void weigh_journal() {
    std::error_code none;
    for (const auto& file : std::filesystem::recursive_directory_iterator(state_, none)) {
      if (file.path().extension() != ".journal") continue;
      const auto size = file.file_size(none);
      if (!none) journal_bytes_ = std::max(journal_bytes_, size);
    }
  }

  const std::filesystem::path state_;
  std::uintmax_t journal_bytes_ = 0;
  Mark first_;
  Mark last_;
};

Report migrate(Migrator& migrator, const RunOrder& order, const Plan& plan, Watcher& watcher) {
  const auto up = [&plan](const Item& item, Actions& actions) {
    if (!item.contains("n")) return;
    actions.update({.expression = plan.expression, .values = {{":value", 1}}});
  };
  return migrator.run({.number = order.number, .table = order.table, .up = up},
                      {.concurrency = 8,
                       .guard = plan.guard,
                       .on_progress = [&](const Progress& progress) { watcher.see(progress); },
                       .before_images = plan.before_images});
}

int run(const RunOrder& order, const Plan& plan) {
  const auto state = std::filesystem::temp_directory_path() / ("drift-bench-" + std::to_string(getpid()));
  Client client({.region = "us-east-1", .endpoint = order.endpoint, .credentials = static_credentials("id", "secret")});
  Migrator migrator(client, {.meta_table = "Meta", .state_dir = state});
  migrator.init();
  Watcher watcher(state);
  const Report report = migrate(migrator, order, plan, watcher);
  std::filesystem::remove_all(state);
  if (!report.ok() || report.actions_done != order.items) {
    std::fprintf(stderr, "the run did not do its work: %s, %llu of %zu actions\n", outcome_text(report.outcome),
                 static_cast<unsigned long long>(report.actions_done), order.items);
    for (const auto& error : report.errors) std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("%.1f %.1f %.1f %.3f\n", peak_mib(), watcher.journal_bytes() / static_cast<double>(order.items),
              watcher.per_second(), watcher.cpu_us());
  return 0;
}

}  // namespace

std::vector<std::string> all_plans() {
  std::vector<std::string> names;
  std::transform(plans.begin(), plans.end(), std::back_inserter(names), [](const Plan& plan) { return plan.name; });
  return names;
}

std::optional<RunFigures> measure_run(const RunOrder& order) {
  const Measured said = run_measured({this_program(), "run", order.endpoint, order.table, std::to_string(order.items),
                                      order.plan, std::to_string(order.number)});
  RunFigures f{.cpu_us = said.cpu_seconds * 1e6 / static_cast<double>(order.items)};
  const int read = std::sscanf(said.output.c_str(), "%lf %lf %lf %lf", &f.peak_mib, &f.journal_bytes,
                               &f.apply_per_second, &f.apply_cpu_us);
  if (!said.ok || read != 4) return {};
  return f;
}

int be_the_run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 5) return 2;
  const RunOrder order{.endpoint = arguments[0],
                       .table = arguments[1],
                       .items = std::stoul(arguments[2]),
                       .plan = arguments[3],
                       .number = std::stoul(arguments[4])};
  const auto plan = std::find_if(plans.begin(), plans.end(), [&](const Plan& p) { return order.plan == p.name; });
  return plan == plans.end() ? 2 : run(order, *plan);
}

}  // namespace drift::bench
