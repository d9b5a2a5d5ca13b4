// Random tests that can be repeated: the seed is printed, and DRIFT_SEED sets it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace drift::value {

using Random = std::mt19937_64;

inline std::uint64_t choose_seed() {
  const char* const given = std::getenv("DRIFT_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::cout << "seed: DRIFT_SEED=" << seed << std::endl;
  return seed;
}

class Seeded : public ::testing::Test {
 protected:
  Seeded() : seed_(choose_seed()), random_(seed_) {}

  Random& random() { return random_; }
  std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
  Random random_;
};

inline std::size_t below(Random& random, std::size_t bound) { return static_cast<std::size_t>(random() % bound); }

inline bool one_in(Random& random, std::size_t n) { return below(random, n) == 0; }

}  // namespace drift::value
