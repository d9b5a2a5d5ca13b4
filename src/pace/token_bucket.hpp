// TokenBucket: a rate of capacity units a second. What a request costs is known only when it is answered, so the bucket
// may go into debt: a request leaves when nothing is owed, takes what it is thought to cost, and what it did
// cost is put right afterwards. For one thread.
#pragma once

#include "base/clock.hpp"

namespace drift::pace {

class TokenBucket {
 public:
  // What is not used in time is kept for this long and no longer.
  static constexpr double kept_seconds = 0.1;

  // Empty at first, so that a rate holds from the first moment on. `per_second` is above 0.
  TokenBucket(double per_second, base::SteadyTime now);

  // The first moment without a debt; not after `now`: there is none.
  [[nodiscard]] base::SteadyTime ready_at(base::SteadyTime now);
  // Negative units are given back.
  void take(double units, base::SteadyTime now);
  void set_rate(double per_second, base::SteadyTime now);
  [[nodiscard]] double rate() const noexcept { return rate_; }

 private:
  void fill(base::SteadyTime now);

  double rate_;
  double tokens_ = 0;
  base::SteadyTime filled_;
};

}  // namespace drift::pace
