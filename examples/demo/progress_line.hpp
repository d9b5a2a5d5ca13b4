// ProgressLine: where a run stands, in one line: what it is doing, how far it is, how fast, and what it has consumed.
// On a terminal the line is written anew in place; anywhere else a line is written every two seconds, so what takes
// less leaves none. Used by one thread at a time.
#pragma once

#include "demo/terminal.hpp"

#include <drift/drift.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace demo {

class ProgressLine {
 public:
  explicit ProgressLine(Terminal& terminal) : terminal_(&terminal) {}

  // For RunOptions::on_progress.
  void show(const drift::Progress& progress);
  // Of the table that is being filled or checked: `verb` as "filling".
  void show(const std::string& verb, std::uint64_t done, std::uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  struct Line {
    std::string verb = {};
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string counts = {};  // "7,310 of 12,000 actions"
    std::string unit = {};    // "actions"
    std::string more = {};    // "14,620 WCU"
  };
  void write(const Line& line);
  void begin(const Line& line, Clock::time_point now);
  // A second, since the verb's first line; 0 while there is nothing to tell.
  [[nodiscard]] std::uint64_t rate(const Line& line, Clock::time_point now) const;

  Terminal* terminal_;
  std::string verb_;  // of the last line
  Clock::time_point began_{};
  std::uint64_t began_with_ = 0;
  Clock::time_point written_{};  // the last line that is not live
  Clock::time_point looked_{};   // the last call that was not too soon after the one before
};

}  // namespace demo
