// Skew: whether one segment of a scan is far behind the others, in words for the person who waits for it. A pure
// function.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace drift::migrate {

// What is known of a segment.
struct SegmentCount {
  std::uint64_t items = 0;  // read by this process
  bool finished = false;
  bool is_whole = true;  // this process reads it from its beginning: `items` are all that it has
};

// Not empty when at least half of the segments, and no fewer than two, are finished, and one that is not has more than
// three times as many items as half of the finished ones have at most (their median). A few items are no skew.
std::string skew_text(std::span<const SegmentCount> segments);

}  // namespace drift::migrate
