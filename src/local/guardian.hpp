// The guardian's own code: everything that runs between fork and exec. It may be the child of a process with many
// threads, of which only the forking one exists here: any lock may be held for ever, so nothing in guardian.cpp
// allocates, throws or calls what is not async-signal-safe.
#pragma once

#include <sys/types.h>

namespace drift::local {

// What the guardian tells: one packet each.
struct News {
  enum class Kind : int { started, not_started, ended };
  Kind kind = Kind::started;
  int value = 0;  // the program's pid; an errno; a status as waitpid gives it
};

// Prepared before the fork, because preparing allocates.
struct GuardianPlan {
  char* const* command = nullptr;  // ends with a null pointer
  char* const* environment = nullptr;
  int null_device = -1;
  int output = -1;
  int owner = -1;  // the guardian's end of a socket pair: news go out, and its end means that the owner has ended
};

// Runs in the forked child: starts the program, waits for its end or the owner's, and exits.
[[noreturn]] void run_guardian(const GuardianPlan& plan) noexcept;

}  // namespace drift::local
