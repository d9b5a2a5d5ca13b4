// Exit codes: see the header.
#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace drift::cli {

std::span<const ExitCodeRow> exit_code_rows() noexcept {
  static constexpr std::array<ExitCodeRow, 9> rows{
      {{ExitCode::done, "done, or nothing to do"},
       {ExitCode::failed, "failed"},
       {ExitCode::refused, "refused, or the command line cannot be understood; nothing was done"},
       {ExitCode::pending, "status --exit-code: something is not applied"},
       {ExitCode::locked, "another process runs the migration"},
       {ExitCode::changed, "a migration was changed after it was applied, or is out of order; nothing was done"},
       {ExitCode::differs, "verify found items that are not as they should be"},
       {ExitCode::stopped, "stopped; {drift} resume goes on"},
       {ExitCode::quarantined, "items are left that need another run or a decision: {drift} failures"}}};
  return rows;
}

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
  static constexpr std::array<std::string_view, 24> nothing_done{
      "Usage",          "ConfigError",    "NoRegion",         "ScriptError",
      "NoSuchFailure",  "NoSuchRun",      "Refused",          "NoMetaTable",
      "WrongMetaTable", "NoRunTable",     "WrongRunTable",    "Unfinished",
      "MissingFile",    "AlreadyApplied", "NotApplied",       "NoJournal",
      "OtherRun",       "JournalBehind",  "JournalMoved",     "JournalElsewhere",
      "NotLocked",      "TokenChanged",   "CredentialsError", "ResourceNotFoundException"};
  if (error.code() == "Locked" || error.code() == "OwnerAlive" || error.code() == "JournalLocked")
    return ExitCode::locked;
  if (error.code() == "Changed" || error.code() == "OutOfOrder") return ExitCode::changed;
  const bool refused = std::find(nothing_done.begin(), nothing_done.end(), error.code()) != nothing_done.end();
  return refused ? ExitCode::refused : ExitCode::failed;
}

}  // namespace drift::cli
