// SampleScale: from what was counted of a sample to the whole table, with a range of confidence. The sample is of parts
// that lie evenly over the table; neighbours within a part may be alike, so it is the parts that are compared with each
// other (the ratio estimator of cluster sampling: Cochran, Sampling Techniques, chapter 6). For one thread.
#pragma once

#include <drift/plan.hpp>

#include <cstddef>
#include <vector>

namespace drift::migrate {

// A quantity, summed for each part.
class PartSums {
 public:
  void add(std::size_t part, double amount);
  [[nodiscard]] double of(std::size_t part) const noexcept { return part < sums_.size() ? sums_[part] : 0; }
  [[nodiscard]] double total() const noexcept;

 private:
  std::vector<double> sums_;
};

class SampleScale {
 public:
  // `items` were seen of `items_total`; not above 0: unknown, and nothing is scaled.
  SampleScale(const PartSums& items, std::size_t parts, double items_total);
  // Everything was seen: nothing is scaled.
  SampleScale() = default;

  [[nodiscard]] Estimate of(const PartSums& sums) const;

 private:
  const PartSums* items_ = nullptr;  // null: nothing is scaled
  std::size_t parts_ = 0;
  double seen_ = 0;
  double total_ = 0;
};

// The same, times a factor; and two that were counted of the same sample together.
Estimate times(const Estimate& estimate, double factor) noexcept;
Estimate plus(const Estimate& a, const Estimate& b) noexcept;
// Of things that go on at the same time: the longest.
Estimate longest(const Estimate& a, const Estimate& b) noexcept;

}  // namespace drift::migrate
