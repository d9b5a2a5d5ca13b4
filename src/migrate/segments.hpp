// Segments: into how many parts a table's scan is divided, and where each of them stands. A segment of a parallel scan
// is a range of the hash of the partition keys (Amazon DynamoDB Developer Guide, "Parallel scan").
#pragma once

#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace drift::migrate {

inline constexpr std::uint32_t segments_max = 10'000;          // that may be asked for
inline constexpr std::uint32_t segments_chosen_max = 64;       // that are chosen where none were asked for
inline constexpr std::uint64_t segment_bytes = 2'000'000'000;  // of the table, for each that is chosen

struct SegmentsFor {
  std::uint32_t asked = 0;  // RunOptions::segments; 0: as many as seem right
  std::size_t concurrency = 1;
  std::size_t cores = 1;
  std::uint64_t table_bytes = 0;
};

// What was asked for; else one for each 2 GB, at least one for each callback that a core is there for, at most 64. With
// a concurrency of 1, where the order of the scan is promised, a single one.
std::uint32_t choose_segments(const SegmentsFor& scan) noexcept;

// One for each segment, in their order: those that have moved, and the others at their beginning.
std::vector<journal::Cursor> all_cursors(std::uint32_t segments, const std::vector<journal::Cursor>& moved);
std::vector<journal::Cursor> all_cursors(const journal::Journal& journal);

// Whether the scan is at its end.
bool are_finished(const std::vector<journal::Cursor>& cursors) noexcept;
bool is_scanned(const journal::Journal& journal);

}  // namespace drift::migrate
