// Lease: who runs a migration at the moment, as its row of the run table says. One run or undo at a time has it.
#pragma once

#include <cstdint>
#include <string>

namespace drift {

struct Lease {
  std::uint64_t number = 0;  // of the migration
  std::uint64_t token = 0;   // the fencing token: grows by one with each taking
  std::string host = {};     // where the owner runs
  std::string user = {};     // who started it
  std::uint64_t pid = 0;     // of the owner, on its host
  std::string run_id = {};   // empty until the owner knows it
  std::string since = {};    // when it was taken: UTC, ISO 8601, by the owner's clock
  std::string renewed = {};  // its last sign of life, by the same clock
  bool released = false;     // the owner has given it back
  // The owner has ended without giving it back, as far as can be told from here: it was a process of this machine that
  // is there no more; or, of any other, `renewed` is more than 60 s ago by the clock of this one. The next run takes
  // it.
  bool owner_gone = false;
};

}  // namespace drift
