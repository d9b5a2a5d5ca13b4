// InFlightLimit: how many requests at once, found from their latency, as TCP Vegas finds its window: as long as answers
// come about as fast as the fastest ones did, more requests at once bring more through; when they take much longer, the
// requests only wait for one another. For one thread.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>

namespace drift::pace {

class InFlightLimit {
 public:
  struct Bounds {
    std::size_t min = 32;
    std::size_t first = 64;
    std::size_t max = 256;
  };
  explicit InFlightLimit(Bounds bounds);

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
  // An answer came after `latency`; `in_flight`: how many were under way when it came, itself included.
  void answered(std::chrono::nanoseconds latency, std::size_t in_flight, base::SteadyTime now);

 private:
  void look(base::SteadyTime now);

  const Bounds bounds_;
  std::size_t limit_;
  // The answers since the limit was looked at last.
  std::size_t answers_ = 0;
  std::size_t most_in_flight_ = 0;
  std::chrono::nanoseconds latencies_{0};
  // The smallest mean latency, of this period and the one before: the way to the server may change.
  std::chrono::nanoseconds smallest_ = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds smallest_before_ = std::chrono::nanoseconds::max();
  base::SteadyTime period_began_{};
};

}  // namespace drift::pace
