// ProgressView: where a run stands, for a person: one line that changes on a terminal, a line every 30 s elsewhere.
// Called by one thread at a time.
#pragma once

#include "cli/console.hpp"

#include <drift/progress.hpp>

#include <chrono>
#include <string>

namespace drift::cli {

class ProgressView {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `what`: "00001_add_decade".
  ProgressView(Console& console, std::string what) : console_(console), what_(std::move(what)) {}

  void show(const Progress& progress, Time now);

  // The line for this moment: a bar where the total is about known, counts, rates over the time since the phase began,
  // what holds the run back, the time that is left once a hundredth is done.
  [[nodiscard]] std::string line(const Progress& progress, Time now);

 private:
  void follow_phase(const Progress& progress, Time now);

  Console& console_;
  const std::string what_;
  Phase phase_ = Phase::preparing;
  Time phase_began_ = {};
  Progress at_phase_;
  Time printed_ = {};
};

}  // namespace drift::cli
