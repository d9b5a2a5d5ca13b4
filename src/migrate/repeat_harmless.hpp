// repeat_harmless: a write whose repetition changes nothing, sent again while its answer is lost: a probe under a
// condition that nothing meets, the removal of a row that nobody writes again.
#pragma once

#include <drift/error.hpp>

namespace drift::migrate {

// Throws what `write` throws: at once when it is no doubt, else after three times.
template <typename Write>
void repeat_harmless(const Write& write) {
  constexpr int times_max = 3;
  for (int time = 1;; ++time) {
    try {
      return write();
    } catch (const Error& error) {
      if (!error.in_doubt() || time == times_max) throw;
    }
  }
}

}  // namespace drift::migrate
