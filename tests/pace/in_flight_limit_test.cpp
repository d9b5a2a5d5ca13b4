#include "pace/in_flight_limit.hpp"

#include "moments.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace drift::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A server that answers each request after `latency`, and no more than `per_second` of them: what is more waits.
std::size_t limit_after(InFlightLimit& limit, double latency_ms, double per_second, double seconds, double begin = 0) {
  for (double now = begin; now < begin + seconds;) {
    const auto in_flight = static_cast<double>(limit.limit());
    const double round = std::max(latency_ms / 1'000, in_flight / per_second);
    now += round;
    for (std::size_t i = 0; i < limit.limit(); ++i) {
      limit.answered(nanoseconds(static_cast<std::int64_t>(round * 1e9)), limit.limit(), at(now));
    }
  }
  return limit.limit();
}

TEST(InFlightLimit, GrowsToTheMostAsLongAsTheLatencyStays) {
  InFlightLimit limit({.min = 32, .first = 64, .max = 256});
  EXPECT_EQ(limit_after(limit, 5, 1e9, 1), 256U);
}

TEST(InFlightLimit, StopsWhereRequestsOnlyWaitForOneAnother) {
  InFlightLimit limit({.min = 32, .first = 64, .max = 1'024});
  // 100 in flight are what 20,000 a second need at 5 ms.
  const std::size_t found = limit_after(limit, 5, 20'000, 10);
  EXPECT_GE(found, 80U);
  EXPECT_LE(found, 200U);
}

TEST(InFlightLimit, ComesDownWhenTheServerBecomesSlower) {
  InFlightLimit limit({.min = 32, .first = 64, .max = 1'024});
  limit_after(limit, 1, 1e9, 1);
  EXPECT_LT(limit_after(limit, 1, 10'000, 5, 1), 64U);
}

TEST(InFlightLimit, IsNotRaisedByWhoDoesNotUseIt) {
  InFlightLimit limit({.min = 32, .first = 64, .max = 1'024});
  for (int i = 0; i < 100'000; ++i) limit.answered(milliseconds(5), 3, at(0.001 * i));
  EXPECT_EQ(limit.limit(), 64U);
}

}  // namespace
}  // namespace drift::pace
