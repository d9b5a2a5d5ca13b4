// RestorePhase: see the header. The cursor is the place in the applied journal below which it goes on.
#include "migrate/restore_phase.hpp"

#include "base/failpoint.hpp"
#include "migrate/inverse.hpp"

#include <limits>
#include <utility>

namespace drift::migrate {

namespace {

constexpr std::size_t together = 1'024;
constexpr std::size_t bytes_together = std::size_t{4} << 20U;

std::uint64_t place_of(const journal::Cursor& cursor) {
  return cursor.last_key.empty() ? std::numeric_limits<std::uint64_t>::max() : std::stoull(cursor.last_key);
}

}  // namespace

void RestorePhase::execute(const journal::Cursor& cursor) {
  run_.counters.items_estimated = applied_.totals().queued;
  std::uint64_t before = place_of(cursor);
  while (!run_.halted()) {
    const auto actions = applied_.backwards(before, together, bytes_together);
    journal::PageRecord page;
    page.items = actions.size();
    for (const auto& [action, outcome] : actions) {
      before = action.place;
      if (auto inverse = inverse_of(action, outcome, applied_.before(action.sequence))) {
        page.groups.push_back({*std::move(inverse)});
      }
    }
    if (!actions.empty()) page.last_key = std::to_string(before);
    run_.counters.items_scanned += page.items;
    run_.counters.actions_queued += page.groups.size();
    const bool finished = actions.empty();
    run_.counters.read_segment(cursor.segment, page.items, finished);
    DRIFT_FAILPOINT("undo.append_page.before");
    run_.journal.append_page(std::move(page));
    run_.journal.flush();  // bounds what waits in memory
    DRIFT_FAILPOINT("undo.append_page.after");
    if (finished) break;
  }
}

}  // namespace drift::migrate
