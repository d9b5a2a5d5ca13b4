// SampleScale: see the header.
#include "migrate/sample_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace drift::migrate {

namespace {

constexpr double deviations = 1.96;  // of 95 % of a normal distribution
// Where none of n items had it, fewer than 3/n have it, with 95 % confidence ("rule of three").
constexpr double none_seen = 3;

}  // namespace

void PartSums::add(std::size_t part, double amount) {
  if (part >= sums_.size()) sums_.resize(part + 1);
  sums_[part] += amount;
}

double PartSums::total() const noexcept { return std::accumulate(sums_.begin(), sums_.end(), 0.0); }

SampleScale::SampleScale(const PartSums& items, std::size_t parts, double items_total)
    : items_(&items), parts_(parts), seen_(items.total()), total_(items_total) {}

Estimate SampleScale::of(const PartSums& sums) const {
  const double sum = sums.total();
  if (items_ == nullptr || seen_ <= 0 || total_ <= seen_) return {.value = sum, .low = sum, .high = sum};
  if (sum <= 0) return {.value = 0, .low = 0, .high = none_seen / seen_ * total_};
  const double ratio = sum / seen_;
  double squares = 0;
  for (std::size_t part = 0; part < parts_; ++part) {
    const double off = sums.of(part) - ratio * items_->of(part);
    squares += off * off;
  }
  const auto parts = static_cast<double>(parts_);
  const double unseen = 1 - seen_ / total_;
  const double variance = parts > 1 ? unseen * parts / (parts - 1) * squares / (seen_ * seen_) : ratio * ratio;
  const double reach = deviations * std::sqrt(variance) * total_;
  const double value = ratio * total_;
  return {.value = value, .low = std::max(sum, value - reach), .high = value + reach};
}

Estimate times(const Estimate& estimate, double factor) noexcept {
  return {.value = estimate.value * factor, .low = estimate.low * factor, .high = estimate.high * factor};
}

Estimate plus(const Estimate& a, const Estimate& b) noexcept {
  return {.value = a.value + b.value, .low = a.low + b.low, .high = a.high + b.high};
}

Estimate longest(const Estimate& a, const Estimate& b) noexcept {
  return {.value = std::max(a.value, b.value), .low = std::max(a.low, b.low), .high = std::max(a.high, b.high)};
}

}  // namespace drift::migrate
