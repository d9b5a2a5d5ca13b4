// ProcessGroup: a process group that never outlives this process, however that ends. Its leader is a guard: a shell
// that waits for the end of a pipe of which this process has the other end, and then kills the group, itself with it.
// So nothing has to be told to it, and what has joined the group is guarded from its first instruction. The kernel's
// own signal for that (PR_SET_PDEATHSIG) would not do: it is tied to the thread that forked, and reaches a program but
// not what that started. The guard is no fork of this process, which would keep its memory. For one thread at a time.
#pragma once

#include "cli/script/pipe.hpp"

#include <sys/types.h>

namespace drift::script {

class ProcessGroup {
 public:
  // Throws ChildFailure when there can be none.
  ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  ~ProcessGroup() { kill(); }

  // It stays the group's until kill().
  [[nodiscard]] pid_t id() const noexcept { return guard_; }
  // SIGTERM for all but the guard.
  void terminate() const noexcept;
  // All of it. Those that are children of this process are left to be waited for.
  void kill() noexcept;

 private:
  Descriptor owner_;  // the guard's pipe
  pid_t guard_ = 0;   // 0: has been killed
};

}  // namespace drift::script
