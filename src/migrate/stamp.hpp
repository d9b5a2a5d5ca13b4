// The stamp of a stamped run: an attribute `<RunOptions::stamp>.<migration>.<epoch>` with [ordinal, of how many], set
// in the same write as each update of the scanned item and each put into the scanned table, under the condition that it
// is absent or lower. What carries it was applied, whatever became of the answer.
#pragma once

#include "journal/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drift::migrate {

// The attribute's name; empty for an unstamped run.
std::string stamp_name(std::string_view stamp, std::uint64_t number, std::uint64_t epoch);

// True iff an action of a stamped run is stamped; the others have markers.
bool is_stampable(const journal::ActionRecord& action);

struct Stamp {
  std::uint64_t ordinal = 0;  // from 1
  std::uint64_t of = 0;
  [[nodiscard]] bool complete() const noexcept { return ordinal == of; }
};
Stamp stamp_of(const journal::ActionRecord& action);
std::string stamp_json(const Stamp& stamp);  // {"L":[{"N":"1"},{"N":"2"}]}
// The stamp that an item (DynamoDB JSON) carries; what is no stamp counts as none.
std::optional<Stamp> find_stamp(std::string_view item, std::string_view name);

}  // namespace drift::migrate
