// The scenario of the crash matrix: 16 items whose callbacks queue every kind of action, a live writer before the first
// action, the run of it and both kinds of undo; and a model that says, computed from nothing but the
// items' numbers, what must be in the tables at the end.
//
// Everything of a scenario bears its name, so that many go side by side on one server. Not for several threads at once.
#pragma once

#include "events.hpp"
#include "migrate/run.hpp"

#include <drift/drift.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace drift::testing::crash {

enum class Variant : std::uint8_t {
  run,        // up
  doubts,     // up, and a quarter of the answers is lost
  streaming,  // as doubts, and actions are executed while the scan goes on
  batches,    // up, of plain puts and removes alone, many in a request
  index,      // up, of the items of an index
  undo,       // up, then an undo with `down`
  restore,    // up, then an undo without, from the before-images
};
const char* variant_name(Variant variant);
constexpr bool loses_answers(Variant variant) { return variant == Variant::doubts || variant == Variant::streaming; }
// Outcome and errors in one line.
std::string errors_of(const Report& report);

struct ScenarioOptions {
  Variant variant = Variant::run;
  std::size_t concurrency = 1;
  std::uint64_t seed = 1;
  migrate::RunSettings settings = {};
};

using Items = std::map<std::int64_t, Attributes>;

class Scenario {
 public:
  static constexpr int items_count = 16;

  // `name` is the beginning of the tables' names. Nothing is created yet.
  Scenario(std::string endpoint, std::string name, std::filesystem::path state, ScenarioOptions options);

  // Unwatched: tables and items; for an undo the run of which it is.
  void prepare();
  // One life of the run or undo. Watched where a Log was given to events::watch() before.
  Report live();
  // Also called at each failpoint of the next lives.
  void at_failpoints(void (*call)(std::string_view failpoint));
  // A run again until it is done: what quarantined is decided as a person would, where the scripted live write and a
  // doubt coincide. Empty, or what was wrong.
  std::string finish(bool doubt_possible);
  // Empty, or how tables and metadata differ from the model.
  std::string check(bool doubt_possible);
  // The other direction and this one once more, which have to succeed. Empty, or what was wrong.
  std::string there_and_back();
  void remove_tables();

  [[nodiscard]] const std::filesystem::path& state() const { return state_; }
  [[nodiscard]] std::string table() const { return name_ + ".items"; }
  [[nodiscard]] std::string other_table() const { return name_ + ".other"; }
  [[nodiscard]] std::string meta_table() const { return name_ + ".meta"; }
  // Past the events: what the application or a person does.
  Client& plain();

 private:
  [[nodiscard]] bool is_undo() const { return options_.variant >= Variant::undo; }
  [[nodiscard]] bool restores() const { return options_.variant == Variant::restore; }
  [[nodiscard]] Migration migration() const;
  [[nodiscard]] RunOptions run_options() const;
  [[nodiscard]] MigratorOptions migrator_options() const { return {.meta_table = meta_table(), .state_dir = state_}; }
  Report execute(migrate::Direction direction, bool watched);
  void add_live_writes();
  std::string resolve(const Report& report);
  Items items(const std::string& table);
  [[nodiscard]] Items expected_items(bool applied) const;
  [[nodiscard]] Items expected_others(bool applied) const;
  [[nodiscard]] bool batches() const { return options_.variant == Variant::batches; }
  std::string check_own_tables(bool doubt_possible);

  const std::string endpoint_;
  const std::string name_;
  const std::filesystem::path state_;
  const ScenarioOptions options_;
  std::unique_ptr<Client> plain_;
  int lives_ = 0;
};

}  // namespace drift::testing::crash
