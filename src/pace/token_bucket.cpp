// TokenBucket: see the header.
#include "pace/token_bucket.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace drift::pace {

TokenBucket::TokenBucket(double per_second, base::SteadyTime now) : rate_(per_second), filled_(now) {}

void TokenBucket::fill(base::SteadyTime now) {
  if (now <= filled_) return;
  tokens_ = std::min(tokens_ + rate_ * std::chrono::duration<double>(now - filled_).count(), rate_ * kept_seconds);
  filled_ = now;
}

base::SteadyTime TokenBucket::ready_at(base::SteadyTime now) {
  fill(now);
  if (tokens_ >= 0) return now;
  // A debt that takes longer than a day is looked at again then.
  const double seconds = std::min(-tokens_ / rate_, 86'400.0);
  return now + std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(seconds * 1e9)) + 1);
}

void TokenBucket::take(double units, base::SteadyTime now) {
  fill(now);
  tokens_ = std::min(tokens_ - units, rate_ * kept_seconds);
}

void TokenBucket::set_rate(double per_second, base::SteadyTime now) {
  fill(now);
  rate_ = per_second;
  tokens_ = std::min(tokens_, rate_ * kept_seconds);
}

}  // namespace drift::pace
