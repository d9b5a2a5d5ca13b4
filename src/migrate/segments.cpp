// Segments: see the header.
#include "migrate/segments.hpp"

#include <algorithm>

namespace drift::migrate {

std::uint32_t choose_segments(const SegmentsFor& scan) noexcept {
  if (scan.asked > 0) return scan.asked;
  if (scan.concurrency <= 1) return 1;
  const std::uint64_t of_size = scan.table_bytes / segment_bytes + (scan.table_bytes % segment_bytes > 0 ? 1 : 0);
  const std::uint64_t of_cores = std::min(scan.concurrency, scan.cores);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(std::max(of_size, of_cores), 1, segments_chosen_max));
}

std::vector<journal::Cursor> all_cursors(std::uint32_t segments, const std::vector<journal::Cursor>& moved) {
  std::vector<journal::Cursor> cursors(segments);
  for (std::uint32_t segment = 0; segment < segments; ++segment) cursors[segment].segment = segment;
  for (const journal::Cursor& cursor : moved) cursors.at(cursor.segment) = cursor;
  return cursors;
}

std::vector<journal::Cursor> all_cursors(const journal::Journal& journal) {
  return all_cursors(journal.header().segments, journal.cursors());
}

bool are_finished(const std::vector<journal::Cursor>& cursors) noexcept {
  return std::all_of(cursors.begin(), cursors.end(), [](const auto& cursor) { return cursor.finished; });
}

bool is_scanned(const journal::Journal& journal) { return are_finished(all_cursors(journal)); }

}  // namespace drift::migrate
