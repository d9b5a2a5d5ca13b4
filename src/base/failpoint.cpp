// Failpoints: see the header.
#include "base/failpoint.hpp"

#ifdef DRIFT_FAILPOINTS

#include <atomic>

namespace drift::base {

namespace {

std::atomic<FailpointHandler> current_handler = nullptr;

}  // namespace

void set_failpoint_handler(FailpointHandler handler) noexcept { current_handler = handler; }

void reach_failpoint(const char* name) noexcept {
  if (const FailpointHandler handler = current_handler) handler(name);
}

}  // namespace drift::base

#endif
