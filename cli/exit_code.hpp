// What the command says to a pipeline: the one place where outcomes and errors become numbers.
#pragma once

#include <drift/error.hpp>
#include <drift/report.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace drift::cli {

enum class ExitCode : std::uint8_t {
  done = 0,
  failed = 1,
  refused = 2,
  pending = 3,
  locked = 4,
  changed = 5,
  differs = 6,
  stopped = 7,
  quarantined = 8,
};

struct ExitCodeRow {
  ExitCode code = ExitCode::done;
  std::string_view meaning = {};
};
// All of them, with what they say.
std::span<const ExitCodeRow> exit_code_rows() noexcept;

ExitCode exit_code_of(const Report& report) noexcept;
ExitCode exit_code_of(const Error& error) noexcept;

}  // namespace drift::cli
