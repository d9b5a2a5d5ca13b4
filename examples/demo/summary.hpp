// Summary: the table at the demo's end: what was done, to how much, in what time, and what it would have been billed.
#pragma once

#include "demo/terminal.hpp"

#include <drift/drift.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace demo {

class Summary {
 public:
  using Time = std::chrono::duration<double>;

  void filled(const std::string& table, std::uint64_t items, Time time);
  void ran(const std::string& what, const drift::Report& report, Time time);
  // Added up over all checks.
  void checked(std::uint64_t items, Time time);

  void print(Terminal& terminal, Time total) const;

 private:
  struct Row {
    std::string what = {};
    std::uint64_t items = 0;
    std::optional<std::uint64_t> actions = {};
    Time time = {};
    std::optional<double> read_units = {};
    std::optional<double> write_units = {};
  };
  static void print(Terminal& terminal, const Row& row);

  std::vector<Row> rows_;
  std::uint64_t checks_ = 0;
  std::uint64_t items_checked_ = 0;
  Time checking_{};
};

}  // namespace demo
