// Whole runs as measured processes: one update for each item of a table, by a process that does nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drift::bench {

// What is done with each item; the names of plans are in measured_run.cpp.
struct RunOrder {
  std::string endpoint = {};
  std::string table = {};
  std::size_t items = 0;
  std::string plan = {};
  std::uint64_t number = 1;  // of the migration
};

struct RunFigures {
  double cpu_us = 0;  // an item, of the whole process
  double peak_mib = 0;
  double journal_bytes = 0;     // an action, where the journal was largest
  double apply_per_second = 0;  // actions, between the first and the last progress of the apply phase; 0: too short
  double apply_cpu_us = 0;      // an action, in the same time
};

// The plans: all update with a constant (which leaves an update without a guard repeatable), but `counter`.
inline constexpr const char* counter_plan = "counter";
inline constexpr const char* guard_and_image_plan = "guard and image";
std::vector<std::string> all_plans();

// Runs this program again, as `run ENDPOINT TABLE ITEMS PLAN NUMBER`, for which its main calls be_the_run(). Empty when
// the run did not do its work; why is on standard error.
std::optional<RunFigures> measure_run(const RunOrder& order);

// Of the arguments behind `run`; what main returns.
int be_the_run(const std::vector<std::string>& arguments);

}  // namespace drift::bench
