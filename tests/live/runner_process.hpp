// RunnerProcess: a live_runner (see runner/main.cpp), started, waited for and woken by a test. Killed with its object.
// For one thread at a time; each ends by itself within minutes.
#pragma once

#include <string>
#include <vector>

namespace drift::testing {

class RunnerProcess {
 public:
  explicit RunnerProcess(const std::vector<std::string>& arguments);
  ~RunnerProcess();
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  [[nodiscard]] int pid() const { return pid_; }
  // Waits until it has stopped itself; false: it has ended.
  bool wait_until_stopped();
  void wake() const;
  // Waits for its end; what it said: "applied\n...". Empty when it was killed.
  std::string wait();

 private:
  int pid_ = 0;
  int output_ = -1;
  bool has_ended_ = false;
};

}  // namespace drift::testing
