// Clock: the one door to time. Everything that reads a clock takes one, so that tests and simulations own time.
// Implementations allow calls from several threads.
#pragma once

#include <chrono>

namespace drift::base {

using SteadyTime = std::chrono::steady_clock::time_point;
using SystemTime = std::chrono::system_clock::time_point;
// Since the machine's boot, the time it slept included.
using BootTime = std::chrono::nanoseconds;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual SteadyTime steady() const = 0;  // monotone; for durations and time-outs
  [[nodiscard]] virtual SystemTime system() const = 0;  // UTC; for signatures and expiry
  [[nodiscard]] virtual BootTime boot() const = 0;      // monotone, also runs while the machine sleeps; for leases
};

// The machine's clock.
Clock& machine_clock();

// How long a processor worked for the calling thread. It may take some microseconds to find out.
std::chrono::nanoseconds thread_processor_time();

}  // namespace drift::base
