// ProgressView: where a run stands, for a person: one line that changes on a terminal, a line every 30 s elsewhere; of
// each phase that was seen to end a last line stays. Called by one thread at a time.
#pragma once

#include "cli/console.hpp"

#include <drift/progress.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drift::cli {

class ProgressView {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `what`: "00001_add_decade".
  ProgressView(Console& console, std::string what) : console_(console), what_(std::move(what)) {}

  void show(const Progress& progress, Time now);

  // The line for this moment, the most telling first: the phase, a bar where the total is about known and `columns` has
  // room for it, counts; then the state and what it comes from, or the rates of the last half minute and, once a
  // hundredth is done, the time that is left. It may be longer than `columns`.
  [[nodiscard]] std::string line(const Progress& progress, Time now, std::size_t columns) const;
  // The same for a line that is cut at `columns`: where it is too long, what tells least has left it before it is cut.
  [[nodiscard]] std::string short_line(const Progress& progress, Time now, std::size_t columns) const;

 private:
  // Of a line. Those that leave one that is too long do so in this order; 0: it stays.
  struct Part {
    std::string text = {};
    int leaves = 0;
  };
  static constexpr int leaves_last = 6;

  struct Sample {
    Time time = {};
    std::uint64_t done = 0;
    bool actions = false;  // else items
    double units = 0;
  };

  [[nodiscard]] std::vector<Part> parts(const Progress& progress, Time now, std::size_t columns) const;
  static std::string joined(const std::vector<Part>& parts);
  // What is to stay of the phase that has ended with this progress; empty: nothing, or none has.
  std::string follow(const Progress& progress, Time now);

  Console& console_;
  const std::string what_;
  Phase phase_ = Phase::preparing;
  Time phase_began_ = {};
  std::deque<Sample> samples_;  // of this phase, the last half minute
  std::optional<Time> printed_ = {};
  bool phase_printed_ = false;  // where there is no terminal
};

}  // namespace drift::cli
