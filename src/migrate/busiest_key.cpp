// BusiestKey: see the header.
#include "migrate/busiest_key.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace drift::migrate {

namespace {

constexpr std::size_t keys_kept = 100;

}  // namespace

void BusiestKey::add(std::string_view key, double units) {
  total_ += units;
  Count& count = counts_[std::string(key)];
  count.units += units;
  ++count.writes;
  if (counts_.size() > 2 * keys_kept) forget_the_least();
}

// What the first key that is not kept has is taken from each of those that are and from itself, so no key ever lacks
// more than the hundredth part of all.
void BusiestKey::forget_the_least() {
  std::vector<double> units;
  units.reserve(counts_.size());
  for (const auto& [_, count] : counts_) units.push_back(count.units);
  const auto first = units.begin() + static_cast<std::ptrdiff_t>(keys_kept);
  std::nth_element(units.begin(), first, units.end(), std::greater<>());
  const double taken = *first;
  for (auto& [_, count] : counts_) count.units -= taken;
  std::erase_if(counts_, [](const auto& entry) { return entry.second.units <= 0; });
}

BusiestKey::Found BusiestKey::found() const {
  Found busiest;
  for (const auto& [key, count] : counts_) {
    // Of equal ones always the same, in whatever order they are kept.
    const bool is_first = count.units == busiest.units && key < busiest.key;
    if (count.units > busiest.units || is_first) busiest = {.key = key, .units = count.units, .writes = count.writes};
  }
  return busiest;
}

}  // namespace drift::migrate
