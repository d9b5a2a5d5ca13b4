// The machine's clock: the only place of the library that reads one.
#include "base/clock.hpp"

#include <ctime>

namespace drift::base {
namespace {

class MachineClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] SystemTime system() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] BootTime boot() const override {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);  // fails only where there is no such clock: Linux has it since 2.6.39
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }
};

}  // namespace

Clock& machine_clock() {
  static MachineClock clock;
  return clock;
}

std::chrono::nanoseconds thread_processor_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);  // fails only where there is no such clock, as above
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace drift::base
