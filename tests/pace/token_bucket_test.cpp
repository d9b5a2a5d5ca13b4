#include "pace/token_bucket.hpp"

#include "moments.hpp"

#include <gtest/gtest.h>

namespace drift::pace {
namespace {

// How many units leave in [0, seconds) when every request leaves as early as it may and costs `cost`.
double units_in(TokenBucket& bucket, double seconds, double cost) {
  double units = 0;
  for (base::SteadyTime now = at(0); (now = bucket.ready_at(now)) < at(seconds);) {
    bucket.take(cost, now);
    units += cost;
  }
  return units;
}

TEST(TokenBucket, KeepsToItsRateWhateverARequestCosts) {
  for (const double cost : {0.5, 1.0, 7.0, 256.0}) {
    TokenBucket bucket(100, at(0));
    EXPECT_NEAR(units_in(bucket, 100, cost), 100 * 100, 100 * TokenBucket::kept_seconds + cost + 1) << cost;
  }
}

TEST(TokenBucket, ARateHoldsFromTheFirstMomentOn) {
  TokenBucket bucket(1'000, at(0));
  EXPECT_NEAR(units_in(bucket, 0.02, 1), 20, 1);
}

TEST(TokenBucket, ADebtIsPaidBeforeTheNextRequestLeaves) {
  TokenBucket bucket(10, at(0));
  bucket.take(100, at(0));
  EXPECT_NEAR(seconds_between(at(0), bucket.ready_at(at(0))), 10, 1e-6);
}

TEST(TokenBucket, WhatIsNotUsedIsNotKeptForLong) {
  TokenBucket bucket(1'000, at(0));
  const auto late = at(3'600);
  EXPECT_EQ(bucket.ready_at(late), late);
  bucket.take(1'000 * TokenBucket::kept_seconds + 1, late);
  EXPECT_GT(bucket.ready_at(late), late);
}

TEST(TokenBucket, WhatIsGivenBackMayBeUsed) {
  TokenBucket bucket(10, at(0));
  bucket.take(50, at(0));
  bucket.take(-50, at(0));
  EXPECT_EQ(bucket.ready_at(at(0)), at(0));
}

TEST(TokenBucket, ANewRateHoldsFromThatMoment) {
  TokenBucket bucket(10, at(0));
  bucket.take(10, at(0));
  bucket.set_rate(100, at(0));
  EXPECT_NEAR(seconds_between(at(0), bucket.ready_at(at(0))), 0.1, 1e-6);
}

TEST(TokenBucket, AHugeDebtDoesNotOverflowTheClock) {
  TokenBucket bucket(1e-6, at(0));
  bucket.take(1e12, at(0));
  EXPECT_GT(bucket.ready_at(at(0)), at(3'600));
}

}  // namespace
}  // namespace drift::pace
