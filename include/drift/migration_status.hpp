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
};

}  // namespace drift
