// Demo: the order of things. Fills a table, migrates it, writes a second one from it, undoes both, and after each step
// reads every item back with another client. Everything is in memory or in a directory that goes with this object.
#pragma once

#include "demo/checks.hpp"
#include "demo/machine.hpp"
#include "demo/progress_line.hpp"
#include "demo/summary.hpp"
#include "demo/terminal.hpp"
#include "local/local_server.hpp"

#include <drift/drift.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace demo {

// A run or a check did not end as it has to; its details have been written.
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The person has asked for the end.
class Interrupted : public std::exception {};

class Demo {
 public:
  static constexpr std::size_t albums_min = 500;  // enough for one of each country that is shown

  // Starts the local DynamoDB. Throws drift::Error.
  Demo(Terminal& terminal, const Interrupts& interrupts, std::size_t albums);

  // Throws Failed, Interrupted or drift::Error unless everything went as it has to.
  void run();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Way { up, down };

  void introduce();
  void fill();
  void restructure();
  void build_shelf();
  void undo_all();

  void migrate(const drift::Migration& migration, Way way);
  void expect_applied(std::size_t migrations);
  void check(const CheckedTable& table, const std::string& as, const Expected& expected);
  [[nodiscard]] std::vector<drift::Attributes> read_samples();
  void stop_if_asked() const;

  Terminal& terminal_;
  const Interrupts& interrupts_;
  std::size_t albums_;
  std::vector<std::size_t> samples_;  // numbers of the albums that are shown
  TemporaryDirectory directory_;
  drift::local::LocalServer server_;
  drift::Client client_;
  drift::Migrator migrator_;
  ProgressLine progress_;
  Summary summary_;
};

}  // namespace demo
