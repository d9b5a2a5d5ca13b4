// The machine's clock: the only place of the library that reads one.
#include "base/clock.hpp"

namespace drift::base {
namespace {

class MachineClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] SystemTime system() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

Clock& machine_clock() {
  static MachineClock clock;
  return clock;
}

}  // namespace drift::base
