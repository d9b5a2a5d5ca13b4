// MigrationStatus: where a migration stands, from the metadata table and the run table together.
#pragma once

#include <drift/lease.hpp>
#include <drift/run_record.hpp>

#include <cstdint>
#include <optional>

namespace drift {

struct MigrationStatus {
  std::uint64_t number = 0;
  bool applied = false;                // the metadata table has it
  std::optional<Lease> running = {};   // who runs it now
  std::optional<RunRecord> last = {};  // its newest run or undo
  std::optional<Lease> left = {};      // of a process that is gone (Lease::owner_gone); `running` is empty then
  // The numbers of `last` are as they are now: it has ended with its last word, or they are from its journal, which is
  // here. False: they are those of the beginning of its phase.
  bool is_counted = true;
};

}  // namespace drift
