// Everything a journal says that a resumed run would act on, as one text to compare. Not whether an action was sent
// perhaps: that is true of one opening and not of the next.
#pragma once

#include "fixture.hpp"
#include "journal/journal.hpp"

#include <string>

namespace drift::journal {

inline std::string text_of(const ActionRecord& action) {
  std::string text;
  for (const std::uint64_t n :
       {action.sequence, action.place, action.group, std::uint64_t{action.segment}, std::uint64_t{action.ordinal},
        std::uint64_t{action.group_size}, static_cast<std::uint64_t>(action.kind), std::uint64_t{action.scanned_item},
        static_cast<std::uint64_t>(action.guard), static_cast<std::uint64_t>(action.repeat)}) {
    text += std::to_string(n) + "/";
  }
  for (const std::string* part : {&action.table, &action.key, &action.item, &action.expression, &action.condition,
                                  &action.names, &action.values, &action.guarded, &action.image, &action.scanned_key}) {
    text += *part + "|";
  }
  return text + "\n";
}

inline std::string text_of(const Totals& t) {
  std::string text;
  for (const std::uint64_t n :
       {t.items, t.callbacks, t.queued, t.done, t.skipped, t.failed, t.in_doubt, t.gone, t.replaced, t.quarantined,
        t.sent, t.throttled, t.retried, t.in_doubt_applied, t.in_doubt_not_applied, t.conflicts_resolved}) {
    text += std::to_string(n) + " ";
  }
  return text + std::to_string(t.read_units) + " " + std::to_string(t.write_units) + "\n";
}

inline std::string said_by(Journal& journal) {
  const RunHeader& header = journal.header();
  std::string text = header.run_id + header.table + header.table_id + header.direction + header.revision +
                     header.stamp + std::to_string(header.number) + std::to_string(header.epoch) +
                     std::to_string(header.images) + std::to_string(static_cast<int>(journal.phase())) + "\n" +
                     text_of(journal.totals());
  for (const Cursor& cursor : journal.cursors()) {
    text += std::to_string(cursor.segment) + cursor.last_key + std::to_string(cursor.finished) + "\n";
  }
  for (const ActionRecord& action : journal.pending(0, SIZE_MAX, SIZE_MAX)) {
    text += text_of(action) + std::to_string(action.tried) + "\n";
  }
  for (const auto& [action, outcome] : journal.troubles(SIZE_MAX)) {
    text += text_of(action) + std::to_string(static_cast<int>(outcome.state)) + outcome.detail + "\n";
  }
  for (const auto& [action, outcome] : journal.backwards(UINT64_MAX, SIZE_MAX, SIZE_MAX)) {
    text += std::to_string(action.sequence) + std::to_string(static_cast<int>(outcome.state)) +
            journal.before(action.sequence) + "\n";
  }
  return text;
}

}  // namespace drift::journal
