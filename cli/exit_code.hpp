// What the command says to a pipeline: the one place where outcomes and errors become numbers.
#pragma once

#include <drift/error.hpp>
#include <drift/report.hpp>

#include <cstdint>

namespace drift::cli {

enum class ExitCode : std::uint8_t {
  done = 0,  // or nothing to do
  failed = 1,
  refused = 2,      // or the command line cannot be understood; nothing was done
  pending = 3,      // status --exit-code: some migrations are not applied
  locked = 4,       // another process is at it
  changed = 5,      // a migration was changed after it was applied, or is out of order
  differs = 6,      // verify found items that are not as they should be
  stopped = 7,      // it can be gone on with
  quarantined = 8,  // items are left that need a decision or another run
};

ExitCode exit_code_of(const Report& report) noexcept;
ExitCode exit_code_of(const Error& error) noexcept;

}  // namespace drift::cli
