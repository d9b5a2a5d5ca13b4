// A look at a run of another process of this machine, through its control socket.
#pragma once

#include "cli/session.hpp"

#include <drift/progress.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace drift::cli {

struct RunSight {
  std::string line = {};  // as its own progress line
  std::string json = {};  // its progress event
  Progress progress = {};
};

// Empty where it cannot be asked: it runs on another machine or with another state directory, or is about to end.
std::optional<RunSight> look_at_run(Session& session, std::uint64_t number);

}  // namespace drift::cli
