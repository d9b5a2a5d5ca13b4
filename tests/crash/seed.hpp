// The seed of the suite's random choices: DRIFT_SEED, or a random one; tests print it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace drift::testing::crash {

inline std::uint64_t suite_seed() {
  const char* given = std::getenv("DRIFT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()() % 1'000'000;
}

}  // namespace drift::testing::crash
