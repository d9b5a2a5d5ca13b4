// A program run to its end, its output kept. For one thread; blocks.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace drift::client {

struct ProcessOutcome {
  enum class End : std::uint8_t { exited, not_started, timed_out };
  End end = End::exited;
  int status = 0;  // exit status; 128 + signal when a signal ended it; errno when it could not be started
  std::string output = {};
  std::string errors = {};
};

// `words`: the program, looked for on PATH, and its arguments. No shell is involved. Standard input is this process's
// own. Of each stream the first `bytes_max` are kept. After `timeout` it is killed.
ProcessOutcome run_process(const std::vector<std::string>& words, base::Clock& clock, std::chrono::milliseconds timeout,
                           std::size_t bytes_max = std::size_t{1} << 20U);

}  // namespace drift::client
