#include "migrate/busiest_key.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace drift::migrate {
namespace {

TEST(BusiestKey, OfFewKeysIsExact) {
  BusiestKey keys;
  EXPECT_EQ(keys.found().key, "");
  for (int i = 0; i < 10; ++i) keys.add(i % 3 == 0 ? "a" : "b", 2);
  EXPECT_EQ(keys.found().key, "b");
  EXPECT_EQ(keys.found().units, 12);
  EXPECT_EQ(keys.found().writes, 6U);
  EXPECT_EQ(keys.total(), 20);
}

TEST(BusiestKey, OfEqualOnesIsTheFirst) {
  BusiestKey keys;
  for (const char* key : {"c", "b", "a", "d"}) keys.add(key, 1);
  EXPECT_EQ(keys.found().key, "a");
}

// The promise: never more than it was, and never less by more than a hundredth of all.
TEST(BusiestKey, OfManyKeysLacksLessThanAHundredth) {
  std::mt19937_64 random(7);
  for (const double part : {0.02, 0.1, 0.5}) {
    BusiestKey keys;
    double hot = 0;
    for (int i = 0; i < 50'000; ++i) {
      const auto units = static_cast<double>(1 + random() % 4);
      const bool is_hot = static_cast<double>(random() % 10'000) < part * 10'000;
      keys.add(is_hot ? "hot" : std::to_string(random() % 20'000), units);
      hot += is_hot ? units : 0;
    }
    EXPECT_EQ(keys.found().key, "hot") << part;
    EXPECT_LE(keys.found().units, hot) << part;
    EXPECT_GT(keys.found().units, hot - keys.total() / 100) << part;
  }
}

TEST(BusiestKey, OfKeysThatAreAllDifferentHasNoneThatCounts) {
  BusiestKey keys;
  for (int i = 0; i < 10'000; ++i) keys.add(std::to_string(i), 1);
  EXPECT_LE(keys.found().units, 1);
}

}  // namespace
}  // namespace drift::migrate
