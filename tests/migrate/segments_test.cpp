// How many segments a scan has, and where each stands.
#include "migrate/segments.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace drift::migrate {
namespace {

constexpr std::uint64_t gb = 1'000'000'000;

TEST(Segments, AreAsManyAsWereAskedFor) {
  EXPECT_EQ(choose_segments({.asked = 7, .concurrency = 8, .cores = 2, .table_bytes = 900 * gb}), 7U);
  EXPECT_EQ(choose_segments({.asked = 10'000, .concurrency = 8, .cores = 2}), 10'000U);
  EXPECT_EQ(choose_segments({.asked = 3, .concurrency = 1, .cores = 2}), 3U);
}

TEST(Segments, AreOneForEachTwoGigabytesRoundedUp) {
  const auto of = [](std::uint64_t bytes) {
    return choose_segments({.concurrency = 8, .cores = 2, .table_bytes = bytes});
  };
  EXPECT_EQ(of(6 * gb), 3U);
  EXPECT_EQ(of(6 * gb + 1), 4U);
  EXPECT_EQ(of(127 * gb), 64U);
  EXPECT_EQ(of(128 * gb), 64U);
  EXPECT_EQ(of(128 * gb + 1), 64U);
  EXPECT_EQ(of(std::numeric_limits<std::uint64_t>::max()), 64U);
}

TEST(Segments, AreAtLeastOneForEachCallbackThatACoreIsThereFor) {
  const auto of = [](std::size_t concurrency, std::size_t cores) {
    return choose_segments({.concurrency = concurrency, .cores = cores, .table_bytes = gb});
  };
  EXPECT_EQ(of(8, 2), 2U);
  EXPECT_EQ(of(8, 16), 8U);
  EXPECT_EQ(of(1'024, 128), 64U);
  EXPECT_EQ(of(8, 0), 1U) << "where the machine does not say how many it has";
}

TEST(Segments, AreOneWhereTheOrderIsPromised) {
  EXPECT_EQ(choose_segments({.concurrency = 1, .cores = 16, .table_bytes = 900 * gb}), 1U);
}

TEST(Segments, HaveEachACursorThoughOnlySomeHaveMoved) {
  const auto cursors = all_cursors(4, {{.segment = 1, .last_key = "a"}, {.segment = 3, .finished = true}});
  ASSERT_EQ(cursors.size(), 4U);
  for (std::uint32_t segment = 0; segment < 4; ++segment) {
    EXPECT_EQ(cursors[segment].segment, segment);
    EXPECT_EQ(cursors[segment].last_key, segment == 1 ? "a" : "");
    EXPECT_EQ(cursors[segment].finished, segment == 3);
  }
}

}  // namespace
}  // namespace drift::migrate
