// The events of a run as JSON, an object a line: for --json, and for the control socket, which answers `status` by the
// event "progress". The members have the names of Progress and Report.
#pragma once

#include "cli/exit_code.hpp"

#include <drift/progress.hpp>
#include <drift/report.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::cli {

// What an event is about.
struct RunName {
  std::uint64_t number = 0;
  std::string migration = {};  // "00001_add_decade"
  std::string table = {};
  std::string_view direction = {};  // "up", "down"
};

std::string started_event(const RunName& run);
std::string progress_event(const RunName& run, const Progress& progress);
// The report's errors are printed as they are.
std::string finished_event(const RunName& run, const Report& report, ExitCode code);
// The run of another process has ended, or was found to have; `outcome` may be empty: not known.
std::string ended_event(std::uint64_t number, std::string_view migration, std::string_view outcome);

// What a process that shows another one's run has of it.
struct SeenProgress {
  std::string migration = {};
  Progress progress = {};
};
// Of a progress_event; members that are not there are as Progress has them. Throws Error for what is no JSON object.
SeenProgress read_progress_event(std::string_view json);

}  // namespace drift::cli
