// InFlightLimit: see the header.
#include "pace/in_flight_limit.hpp"

#include <algorithm>

namespace drift::pace {

namespace {

constexpr std::chrono::seconds period{30};

}  // namespace

InFlightLimit::InFlightLimit(Bounds bounds) : bounds_(bounds), limit_(bounds.first) {}

void InFlightLimit::answered(std::chrono::nanoseconds latency, std::size_t in_flight, base::SteadyTime now) {
  latencies_ += latency;
  most_in_flight_ = std::max(most_in_flight_, in_flight);
  if (++answers_ >= limit_) look(now);
}

void InFlightLimit::look(base::SteadyTime now) {
  const auto mean = latencies_ / static_cast<std::int64_t>(answers_);
  if (now - period_began_ > period) {
    period_began_ = now;
    smallest_before_ = smallest_;
    smallest_ = std::chrono::nanoseconds::max();
  }
  smallest_ = std::min(smallest_, mean);
  const auto best = std::min(smallest_, smallest_before_);
  const bool was_used = most_in_flight_ >= limit_;
  if (was_used && mean <= best * 5 / 4) {
    limit_ = std::min(bounds_.max, limit_ + limit_ / 4);
  } else if (mean > best * 2) {
    limit_ = std::max(bounds_.min, limit_ - limit_ / 8);
  }
  answers_ = 0;
  most_in_flight_ = 0;
  latencies_ = std::chrono::nanoseconds(0);
}

}  // namespace drift::pace
