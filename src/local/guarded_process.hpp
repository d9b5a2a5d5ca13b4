// GuardedProcess: a program that never outlives this process, however this one ends. Between the two stands a guardian,
// a small child of this process that does nothing but wait: when the socket between them closes (this process ended, or
// asked) it ends the program, and when the guardian itself is killed the kernel ends the program (PR_SET_PDEATHSIG).
// The kernel's signal alone would not do: it is tied to the thread that forked, and fires when only that thread ends.
//
// What the program prints is kept in memory, not in a pipe that could fill and stop it. One thread at a time.
#pragma once

#include "base/descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace drift::local {

using base::Descriptor;

class GuardedProcess {
 public:
  // `command` is the program's path and its arguments. Throws std::system_error when the machine refuses a process or a
  // descriptor. That the program itself could not be executed is told by running() and ending().
  explicit GuardedProcess(const std::vector<std::string>& command);
  ~GuardedProcess() { stop(); }
  GuardedProcess(const GuardedProcess&) = delete;
  GuardedProcess& operator=(const GuardedProcess&) = delete;

  // The program's, or 0 when the guardian has not told it yet or could not start it.
  [[nodiscard]] int pid() const noexcept { return pid_; }
  // Returns when the guardian has news, or when `patience` has passed.
  void wait_for_news(std::chrono::milliseconds patience);
  [[nodiscard]] bool running();
  // How it ended ("was ended by signal 9 (Killed)"), empty while it runs.
  [[nodiscard]] const std::string& ending() const noexcept { return ending_; }
  // The last `bytes_max` bytes that it printed.
  [[nodiscard]] std::string output(std::size_t bytes_max) const;
  // SIGTERM, two seconds later SIGKILL; waits for the end. Nothing when it has ended already.
  void stop() noexcept;

 private:
  void take_news();
  void reap() noexcept;

  Descriptor output_;        // a memory file: the program's stdout and stderr
  Descriptor guardian_end_;  // of the socket pair: its news come here, and it ends the program when this closes
  int guardian_ = 0;         // pid, 0 when it has ended
  int pid_ = 0;
  std::string ending_;
};

}  // namespace drift::local
