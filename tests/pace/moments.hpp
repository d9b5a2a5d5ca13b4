// Moments of a clock that only these tests move.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>

namespace drift::pace {

// `seconds` after an arbitrary beginning.
inline base::SteadyTime at(double seconds) {
  return base::SteadyTime{} + std::chrono::hours(1) +
         std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9 + 0.5));
}

inline double seconds_between(base::SteadyTime a, base::SteadyTime b) {
  return std::chrono::duration<double>(b - a).count();
}

}  // namespace drift::pace
