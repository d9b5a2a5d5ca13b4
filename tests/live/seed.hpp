// How random tests of whole runs begin: with a seed that is printed and that DRIFT_SEED sets, and with a number of
// rounds that DRIFT_SOAK multiplies.
#pragma once

#include "base/random.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace drift::testing {

inline std::uint64_t seed() {
  const char* const given = std::getenv("DRIFT_SEED");
  const std::uint64_t chosen = given != nullptr ? std::stoull(given) : base::random_seed();
  std::cout << "seed: DRIFT_SEED=" << chosen << std::endl;
  return chosen;
}

inline int rounds(int usual) {
  const char* const times = std::getenv("DRIFT_SOAK");
  return times != nullptr ? usual * std::max(1, std::atoi(times)) : usual;
}

}  // namespace drift::testing
