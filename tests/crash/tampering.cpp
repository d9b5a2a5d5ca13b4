// Tampering: see the header.
#include "tampering.hpp"

#include "journal/journal.hpp"

#include <unistd.h>

#include <limits>
#include <string_view>
#include <vector>

namespace drift::testing::crash {

namespace {

namespace fs = std::filesystem;

// Of the unfinished run; empty: there is none.
fs::path journal_in(const fs::path& state) {
  if (!fs::exists(state)) return {};
  for (const auto& entry : fs::recursive_directory_iterator(state)) {
    if (entry.path().filename() == "1-up.journal") return entry.path();
  }
  return {};
}

// The run's row says that its journal was opened so often.
void set_generation(Scenario& scenario, std::uint64_t generation) {
  const std::string runs = scenario.meta_table() + ".runs";
  for (const Item& row : scenario.plain().scan(runs)) {
    if (!row["Part"].as_string().starts_with("run#")) continue;
    scenario.plain().update_item(runs, {{"Part", row["Part"]}, {"Sort", row["Sort"]}},
                                 {.text = "SET Generation = :g", .values = {{":g", generation}}});
  }
}

void end_before_mark(std::string_view failpoint) {
  if (failpoint == "apply.mark.before") _exit(crashed_status);
}

void end_before_record(std::string_view failpoint) {
  if (failpoint == "record.phase.before") _exit(crashed_status);
}

}  // namespace

void commit_cursor_without_actions(Scenario& scenario) {
  const fs::path file = journal_in(scenario.state());
  if (file.empty()) return;
  const auto journal = journal::Journal::open(file);
  const auto cursors = journal->cursors();
  if (journal->phase() != journal::RunPhase::scanning || (!cursors.empty() && cursors[0].finished)) return;
  std::vector<journal::PageRecord> pages(1);
  journal->append_pages(pages);
}

void forget_send_mark(Scenario& scenario) {
  const fs::path file = journal_in(scenario.state());
  if (file.empty()) return;
  const auto journal = journal::Journal::open(file);
  std::vector<journal::ActionOutcome> unsent;
  for (const auto& action : journal->pending(0, 1'000, std::numeric_limits<std::size_t>::max())) {
    if (action.maybe_sent) unsent.push_back({.sequence = action.sequence, .state = journal::ActionState::queued});
  }
  journal->record(unsent);
  set_generation(scenario, journal->generation());
}

std::string older_copy(const MatrixOptions& options, const Point& point, bool ignored) {
  const std::string name = options.name + (ignored ? "copy-ignored" : "copy");
  Scenario scenario(options.endpoint, name, options.directory / name,
                    {.variant = point.variant, .concurrency = point.concurrency, .seed = point.seed});
  Shared<Log> log;
  const auto life = [&](void (*end)(std::string_view), bool prepares) {
    return live_once([&] {
      if (prepares) scenario.prepare();
      events::watch(*log, never, false);
      scenario.at_failpoints(end);
      scenario.live();
      return std::string();
    });
  };
  if (life(end_before_mark, true) != ended_at_event) return "not ended";
  const fs::path copy = options.directory / (name + "-copy");
  fs::copy(scenario.state(), copy, fs::copy_options::recursive);
  if (life(end_before_record, false) != ended_at_event) return "not ended";
  fs::remove_all(scenario.state());
  fs::rename(copy, scenario.state());
  return live_once([&] {
    if (ignored) set_generation(scenario, 1);
    events::watch(*log, never, false);
    std::string problem = scenario.finish(true);
    if (problem.empty()) problem = scenario.check(true);
    scenario.remove_tables();
    return problem;
  });
}

}  // namespace drift::testing::crash
