// Moments of a clock that only these tests move.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cmath>

namespace drift::pace {

// `seconds` after an arbitrary beginning.
inline base::SteadyTime at(double seconds) {
  return base::SteadyTime{} + std::chrono::hours(1) + std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

inline double seconds_between(base::SteadyTime a, base::SteadyTime b) {
  return std::chrono::duration<double>(b - a).count();
}

}  // namespace drift::pace
