// Rows: a run of sequences that have a row each. A value.
#pragma once

#include <cstdint>

namespace drift::journal {

// All of [first, last]; none when `last` is below `first`.
struct Rows {
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  friend bool operator==(const Rows&, const Rows&) = default;
};

}  // namespace drift::journal
