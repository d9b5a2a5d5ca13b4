// Skew: see the header.
#include "migrate/skew.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace drift::migrate {

namespace {

constexpr std::size_t segments_min = 4;
constexpr std::uint64_t items_min = 1'000;
constexpr std::uint64_t times_the_median = 3;

// "120,000"
std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace

std::string skew_text(std::span<const SegmentCount> segments) {
  if (segments.size() < segments_min) return {};
  const SegmentCount* largest = nullptr;
  std::size_t finished = 0;
  std::vector<std::uint64_t> known;  // the items of finished ones
  for (const SegmentCount& segment : segments) {
    if (segment.finished) {
      ++finished;
      if (segment.is_whole) known.push_back(segment.items);
    } else if (largest == nullptr || segment.items > largest->items) {
      largest = &segment;
    }
  }
  if (largest == nullptr || 2 * finished < segments.size() || known.empty()) return {};
  const auto median = known.begin() + static_cast<std::ptrdiff_t>((known.size() - 1) / 2);
  std::nth_element(known.begin(), median, known.end());
  if (largest->items < items_min || largest->items <= times_the_median * *median) return {};
  return "segment " + std::to_string(largest - segments.data() + 1) + " of " + std::to_string(segments.size()) +
         " has " + with_commas(largest->items) + " items so far, half of the others have at most " +
         with_commas(*median) + ": one partition key may hold most of the table";
}

}  // namespace drift::migrate
