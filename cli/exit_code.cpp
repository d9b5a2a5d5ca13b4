// Exit codes: see the header.
#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace drift::cli {

ExitCode exit_code_of(const Report& report) noexcept {
  switch (report.outcome) {
    case Outcome::applied:
    case Outcome::undone:
      return ExitCode::done;
    case Outcome::stopped:
      return ExitCode::stopped;
    case Outcome::quarantined:
      return ExitCode::quarantined;
    case Outcome::refused:
      return ExitCode::refused;
    case Outcome::locked:
      return ExitCode::locked;
    case Outcome::failed:
      break;
  }
  return ExitCode::failed;
}

ExitCode exit_code_of(const Error& error) noexcept {
  static constexpr std::array<std::string_view, 6> nothing_done{"Usage",       "ConfigError",   "NoRegion",
                                                                "ScriptError", "NoSuchFailure", "NoSuchRun"};
  if (error.code() == "Locked") return ExitCode::locked;
  if (error.code() == "Changed" || error.code() == "OutOfOrder") return ExitCode::changed;
  const bool refused = std::find(nothing_done.begin(), nothing_done.end(), error.code()) != nothing_done.end();
  return refused ? ExitCode::refused : ExitCode::failed;
}

}  // namespace drift::cli
