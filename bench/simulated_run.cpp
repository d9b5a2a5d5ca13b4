// simulate: see the header.
#include "bench/simulated_run.hpp"

#include "bench/virtual_loop.hpp"
#include "client/core.hpp"
#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"
#include "migrate/applier.hpp"
#include "migrate/apply_policy.hpp"
#include "migrate/run_context.hpp"

#include <drift/client.hpp>
#include <drift/credentials.hpp>
#include <drift/error.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <limits>
#include <memory>
#include <numeric>
#include <stop_token>
#include <string>
#include <utility>

namespace drift::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* table_name = "Simulated";
constexpr std::uint32_t segments = 16;
constexpr std::size_t page_items = 256;

// A directory for the journal; in memory where the system has a place for that: what the disk takes is not simulated.
struct JournalDirectory {
  JournalDirectory() {
    const fs::path memory = "/dev/shm";
    std::error_code none;
    const fs::path base = fs::is_directory(memory, none) ? memory : fs::temp_directory_path();
    path = base / ("drift-simulation-" + std::to_string(getpid()));
  }
  ~JournalDirectory() {
    std::error_code none;
    fs::remove_all(path, none);
  }
  JournalDirectory(const JournalDirectory&) = delete;
  JournalDirectory& operator=(const JournalDirectory&) = delete;

  fs::path path;
};

journal::ActionRecord update_of(std::size_t id) {
  return {.kind = journal::ActionKind::update,
          .scanned_item = true,
          .table = table_name,
          .key = R"({"id":{"N":")" + std::to_string(id) + R"("}})",
          .expression = "SET a = :v",
          .values = R"({":v":{"N":"1"}})"};
}

// The queue as a parallel scan fills it: each segment is a part of the items in their order, and pages of all segments
// take turns.
void fill(journal::Journal& journal, std::size_t items) {
  const auto begin_of = [&](std::size_t segment) { return segment * items / segments; };
  for (std::size_t done = 0, page_number = 0; done < items; ++page_number) {
    std::vector<journal::PageRecord> pages;
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      const std::size_t segment_end = begin_of(segment + 1);
      const std::size_t begin = std::min(begin_of(segment) + page_number * page_items, segment_end);
      const std::size_t end = std::min(begin + page_items, segment_end);
      if (begin == end) continue;
      journal::PageRecord page{.segment = segment};
      if (end < segment_end) page.last_key = R"({"id":{"N":")" + std::to_string(end - 1) + R"("}})";
      for (std::size_t id = begin; id < end; ++id) page.groups.push_back({update_of(id)});
      page.items = page.callbacks = end - begin;
      done += end - begin;
      pages.push_back(std::move(page));
    }
    journal.append_pages(pages);
  }
}

WorkUnits work_of(const Scenario& scenario) {
  WorkUnits work(scenario.table.partitions.size());
  for (std::size_t id = 0; id < scenario.items.count; ++id) {
    work[partition_of(scenario.table, scenario.items, id)] += units_of(scenario.items, id);
  }
  return work;
}

client::ClientCore::Settings client_settings(std::uint64_t seed) {
  client::ClientCore::Settings settings;
  settings.region = "us-east-1";
  settings.endpoint = {.tls = false, .host = "simulated", .port = 80};
  settings.credentials = static_credentials("id", "secret");
  settings.random_seed = seed;
  return settings;
}

// The parts of a run from the journal to the server, in the order in which they refer to one another.
class Machine {
 public:
  Machine(const Scenario& scenario, const Foreground& foreground, std::uint64_t seed)
      : table_(scenario.table, foreground),
        server_(std::make_shared<SimulatedServer>(loop_, scenario.table, scenario.items, table_, scenario.way, seed)),
        client_(std::make_unique<client::ClientCore>(client_settings(seed), server_)),
        writer_(filled(directory_.path, scenario.items.count)) {
    options_.before_images = false;
    if (scenario.rate > 0) options_.write_rate = Rate::units(scenario.rate);
    pace_ = std::make_shared<migrate::RunPace>(options_, counters_, catalog_, loop_, std::stop_source());
  }

  void run();
  [[nodiscard]] SimulatedTable& table() { return table_; }
  [[nodiscard]] const SimulatedServer& server() const { return *server_; }
  journal::Totals totals();

 private:
  static std::unique_ptr<journal::Journal> filled(const fs::path& directory, std::size_t items);
  // On a thread of its own, while the loop runs.
  template <typename Work>
  void while_loop_runs(Work work);
  void settle();

  const JournalDirectory directory_;
  VirtualLoop loop_;
  SimulatedTable table_;
  std::shared_ptr<SimulatedServer> server_;
  Client client_;
  journal::JournalWriter writer_;
  RunOptions options_;
  std::shared_ptr<const migrate::CatalogTable> catalog_table_;
  migrate::TableCatalog catalog_{client_};
  migrate::Counters counters_;
  migrate::ErrorLog errors_;
  std::shared_ptr<migrate::RunPace> pace_;
};

std::unique_ptr<journal::Journal> Machine::filled(const fs::path& directory, std::size_t items) {
  auto journal = journal::Journal::create(directory / "run.journal", {.run_id = "simulated", .segments = segments});
  fill(*journal, items);
  journal->set_phase(journal::RunPhase::applying);
  return journal;
}

// What the journal's thread owes it posts before the flush returns.
void Machine::settle() {
  try {
    writer_.flush();
  } catch (const Error&) {
    // The applier hears of it too and ends the run: execute() throws it.
  }
}

template <typename Work>
void Machine::while_loop_runs(Work work) {
  std::atomic<bool> done = false;
  auto working = std::async(std::launch::async, [&] {
    const std::shared_ptr<void> at_end(nullptr, [&](void*) {
      done = true;
      loop_.wake();
    });
    work();
  });
  loop_.run(done, [this] { settle(); });
  working.get();
}

void Machine::run() {
  while_loop_runs([this] { catalog_table_ = catalog_.find(table_name); });
  const std::vector<std::string> reads;
  migrate::RunContext context{.client = client_,
                              .options = options_,
                              .callback = {},
                              .reads = reads,
                              .filter = {},
                              .catalog = catalog_,
                              .table = catalog_table_,
                              .key = std::make_shared<const KeySchema>(catalog_table_->description.key),
                              .journal = writer_,
                              .counters = counters_,
                              .pace = *pace_,
                              .errors = errors_};
  // By a timer: the loop, and so its time, begins with the applier.
  loop_.after(std::chrono::nanoseconds(0), [this] { pace_->begin(); });
  const auto policy = migrate::make_exact_policy({.before_images = false, .scanned_table = table_name}, false);
  const auto applier = std::make_shared<migrate::Applier>(context, *policy, migrate::ApplyLimits{},
                                                          std::numeric_limits<std::uint64_t>::max());
  const std::shared_ptr<void> at_end(nullptr, [this](void*) {
    pace_->end();
    loop_.clear();
  });
  while_loop_runs([&] { applier->execute(); });
}

journal::Totals Machine::totals() {
  journal::Totals totals;
  writer_.with_journal([&](journal::Journal& journal) { totals = journal.totals(); });
  return totals;
}

}  // namespace

SimulatedRun simulate(const Scenario& scenario, std::uint64_t seed) {
  const Foreground foreground(scenario.foreground, scenario.table, seed);
  Machine machine(scenario, foreground, seed + 1);
  machine.run();
  if (const auto totals = machine.totals(); totals.done != scenario.items.count) {
    throw Error("SimulationFailed", std::string(scenario.name) + ": " + std::to_string(totals.done) + " of " +
                                        std::to_string(scenario.items.count) + " actions were done");
  }
  SimulatedRun result{.seconds = machine.server().last_write(), .by_second = machine.server().seconds()};
  result.served = machine.server().served();
  machine.table().pass(result.seconds);
  result.foreground = machine.table().foreground();
  const WorkUnits work = work_of(scenario);
  SimulatedTable alone(scenario.table, foreground);
  alone.pass(result.seconds);
  result.foreground_alone = alone.foreground();
  result.ideal_seconds = ideal_seconds(scenario.table, work, foreground);
  if (scenario.rate > 0) {
    const double units = std::accumulate(work.begin(), work.end(), 0.0);
    result.ideal_seconds = std::max(result.ideal_seconds, units / scenario.rate);
  }
  return result;
}

}  // namespace drift::bench
