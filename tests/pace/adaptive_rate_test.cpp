#include "pace/adaptive_rate.hpp"

#include "moments.hpp"

#include <gtest/gtest.h>

namespace drift::pace {
namespace {

// Something that takes `capacity` units a second and keeps nothing for later, and who asks it for one unit each time
// that the rate allows it.
class Server {
 public:
  void run(AdaptiveRate& rate, double from, double to, double capacity) {
    for (base::SteadyTime now = at(from); now < at(to); now += std::chrono::microseconds(250)) {
      tokens_ = std::min(tokens_ + capacity * 0.00025, capacity * 0.01);
      if (rate.ready_at(now) > now) continue;
      rate.take(1, now);
      ++tried;
      if (tokens_ < 1) {
        ++refused;
        rate.refused(now);
      } else {
        tokens_ -= 1;
        ++taken;
        rate.consumed(1, now);
      }
    }
  }
  int tried = 0;
  int taken = 0;
  int refused = 0;

 private:
  double tokens_ = 0;
};

TEST(AdaptiveRate, NothingLimitsBeforeTheFirstRefusal) {
  AdaptiveRate rate;
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(rate.ready_at(at(1)), at(1));
    rate.take(1'000, at(1));
  }
  EXPECT_FALSE(rate.limits());
}

TEST(AdaptiveRate, UsesMostOfAConstantCapacityAndIsRarelyRefused) {
  AdaptiveRate rate;
  Server server;
  server.run(rate, 0, 5, 1'000);  // finds out
  server = {};
  server.run(rate, 5, 105, 1'000);
  EXPECT_GT(server.taken, 0.9 * 100'000);
  EXPECT_LT(server.refused, 0.03 * server.tried);
  EXPECT_GT(server.refused, 0) << "it has to look for more now and then";
}

TEST(AdaptiveRate, FollowsACapacityThatFalls) {
  AdaptiveRate rate;
  Server server;
  server.run(rate, 0, 10, 2'000);
  server.run(rate, 10, 13, 200);
  server = {};
  server.run(rate, 13, 63, 200);
  EXPECT_GT(server.taken, 0.85 * 50 * 200);
  EXPECT_LT(server.refused, 0.03 * server.tried);
}

TEST(AdaptiveRate, FindsACapacityThatHasGrown) {
  AdaptiveRate rate;
  Server server;
  server.run(rate, 0, 10, 500);
  server.run(rate, 10, 60, 2'000);
  server = {};
  server.run(rate, 60, 80, 2'000);
  EXPECT_GT(server.taken, 0.85 * 20 * 2'000);
}

TEST(AdaptiveRate, DoesNotGrowWhileItIsNotUsed) {
  AdaptiveRate rate;
  Server server;
  server.run(rate, 0, 10, 1'000);
  const double before = rate.rate();
  for (int i = 0; i < 600; ++i) static_cast<void>(rate.ready_at(at(10 + i)));
  EXPECT_LE(rate.rate(), before * 1.1);
}

TEST(AdaptiveRate, WhereEverythingIsRefusedItGoesDownByStepsAndNotToNothing) {
  AdaptiveRate rate;
  rate.consumed(1'000, at(0));
  for (int i = 0; i < 1'000; ++i) rate.refused(at(0.1 * i));
  EXPECT_EQ(rate.rate(), AdaptiveSettings{}.least_rate);
}

TEST(AdaptiveRate, RefusalsThatNoRateEndsDoNotTakeItBelowAShareOfWhatIsKnown) {
  AdaptiveRate rate;
  rate.consumed(1'000, at(0));
  for (int i = 0; i < 1'000; ++i) rate.refused(at(0.1 * i), 4'000);
  EXPECT_EQ(rate.rate(), 4'000 * AdaptiveSettings{}.least_share);
}

TEST(AdaptiveRate, ABurstOfLessThanASecondIsNoThroughput) {
  AdaptiveRate rate;
  rate.consumed(100, at(0));
  rate.refused(at(0.05), 200);
  EXPECT_EQ(rate.rate(), 200 * AdaptiveSettings{}.first_share * AdaptiveSettings{}.first_cut);
}

TEST(AdaptiveRate, RefusalsOfOneMomentAreOne) {
  AdaptiveRate rate;
  for (int i = 0; i < 10; ++i) rate.consumed(100, at(0.1 * i));
  for (int i = 0; i < 64; ++i) rate.refused(at(1));
  EXPECT_NEAR(rate.rate(), 700, 80);
}

}  // namespace
}  // namespace drift::pace
