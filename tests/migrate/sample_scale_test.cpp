// From a sample to the table: the best guess is the ratio, and the range holds the truth in about 95 of 100 samples.
#include "migrate/sample_scale.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

namespace drift::migrate {
namespace {

TEST(SampleScale, WhatWasSeenInFullIsNotScaled) {
  PartSums sums;
  sums.add(3, 7);
  const Estimate estimate = SampleScale().of(sums);
  EXPECT_EQ(estimate.value, 7);
  EXPECT_EQ(estimate.low, 7);
  EXPECT_EQ(estimate.high, 7);
}

TEST(SampleScale, AnUnknownTotalIsNotScaled) {
  PartSums items;
  items.add(0, 100);
  PartSums sums;
  sums.add(0, 50);
  EXPECT_EQ(SampleScale(items, 1, 0).of(sums).high, 50);
}

TEST(SampleScale, PartsThatAreAlikeLeaveNoRange) {
  PartSums items;
  PartSums sums;
  for (std::size_t part = 0; part < 10; ++part) {
    items.add(part, 20);
    sums.add(part, 5);
  }
  const Estimate estimate = SampleScale(items, 10, 20'000).of(sums);
  EXPECT_DOUBLE_EQ(estimate.value, 5'000);
  EXPECT_DOUBLE_EQ(estimate.low, 5'000);
  EXPECT_DOUBLE_EQ(estimate.high, 5'000);
}

TEST(SampleScale, NoneSeenIsNotNone) {
  PartSums items;
  items.add(0, 300);
  const Estimate estimate = SampleScale(items, 1, 30'000).of({});
  EXPECT_EQ(estimate.value, 0);
  EXPECT_EQ(estimate.low, 0);
  EXPECT_DOUBLE_EQ(estimate.high, 300) << "the rule of three: 1 % of 30,000";
}

// A table of 100,000 items of which 30 % have it, neighbours alike: parts of 20 have it all or not at all in half of
// the cases.
TEST(SampleScale, TheRangeHoldsTheTruthAboutAsOftenAsItSays) {
  constexpr std::size_t samples = 2'000;
  constexpr std::size_t parts = 50;
  constexpr double part_items = 20;
  constexpr double total = 100'000;
  base::Random random(7);
  std::size_t held = 0;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    PartSums items;
    PartSums sums;
    for (std::size_t part = 0; part < parts; ++part) {
      items.add(part, part_items);
      if (random.unit() < 0.5) {
        sums.add(part, random.unit() < 0.3 ? part_items : 0);
      } else {
        for (int i = 0; i < 20; ++i) sums.add(part, random.unit() < 0.3 ? 1 : 0);
      }
    }
    const Estimate estimate = SampleScale(items, parts, total).of(sums);
    EXPECT_LE(estimate.low, estimate.value);
    EXPECT_GE(estimate.high, estimate.value);
    if (estimate.low <= 0.3 * total && 0.3 * total <= estimate.high) ++held;
  }
  EXPECT_GT(held, samples * 91 / 100);
  EXPECT_LT(held, samples * 98 / 100);
}

}  // namespace
}  // namespace drift::migrate
