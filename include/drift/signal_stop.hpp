// SignalStop: for programs that want Ctrl-C and an orderly kill to stop a run so that it can be gone on with. drift
// itself handles no signals.
#pragma once

#include <memory>
#include <stop_token>

namespace drift {

class SignalStop {
 public:
  // While it lives the first SIGINT or SIGTERM requests a stop; a second one ends the process as usual, and the run can
  // be gone on with even then. One at a time in a process: throws Error (code "ConfigError") for another.
  SignalStop();
  ~SignalStop();
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;

  // For RunOptions::stop.
  [[nodiscard]] std::stop_token token() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drift
