// Controls: the knobs of a run while it goes on. May be used from any thread, before, during and after the run; a copy
// refers to the same controls. What is set holds for every run that was given them, also a later one.
#pragma once

#include <drift/rate.hpp>

#include <cstddef>
#include <memory>

namespace drift {

namespace migrate {
class ControlState;
}

class Controls {
 public:
  Controls();

  // No page is asked for, no callback begun and nothing sent any more; what is under way ends. The lease is kept, and a
  // stop is heard.
  void pause();
  void unpause();
  // Replace RunOptions::read_rate and write_rate.
  void set_read_rate(Rate rate);
  void set_write_rate(Rate rate);
  // Replaces RunOptions::concurrency: callbacks at once. 1 also means one write at a time. Throws Error (code
  // "ConfigError") unless it is 1 to 1,024.
  void set_concurrency(std::size_t concurrency);

  [[nodiscard]] bool paused() const;

  // For the run that they belong to.
  [[nodiscard]] const std::shared_ptr<migrate::ControlState>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<migrate::ControlState> state_;
};

}  // namespace drift
