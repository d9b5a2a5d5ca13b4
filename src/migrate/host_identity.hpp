// ProcessIdentity: which process this is, for the people and the processes that find its lease. Pure reads of the
// machine; may be called from several threads at once.
#pragma once

#include <cstdint>
#include <string>

namespace drift::migrate {

struct ProcessIdentity {
  std::string host = {};
  std::string user = {};
  std::uint64_t pid = 0;
  // Names the machine's boot and the pid namespace: two processes with the same one can tell of each other by pid
  // whether they live. Empty: not known.
  std::string pid_space = {};
  // When the process began, in the kernel's ticks since the boot: a pid that was given out again has another one.
  std::uint64_t started = 0;
};

ProcessIdentity this_process();

enum class Life : std::uint8_t { running, ended, unknown };

// Whether the process lives; unknown where `other` is of another machine, boot or pid namespace than this process.
Life life_of(const ProcessIdentity& other);

}  // namespace drift::migrate
