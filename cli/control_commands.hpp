// What the lines of a run's control socket mean: each is answered by one line, "ok: ...", "error: ..." or, of `status`,
// the run's progress as a JSON object. For several threads at once.
#pragma once

#include <drift/controls.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace drift::cli {

class ControlCommands {
 public:
  // `stop` stops the run; `status` says its progress as JSON. They are called by who calls answer.
  ControlCommands(Controls controls, std::function<void()> stop, std::function<std::string()> status)
      : controls_(std::move(controls)), stop_(std::move(stop)), status_(std::move(status)) {}

  // Never throws.
  std::string answer(std::string_view line);

 private:
  std::string carry_out(std::string_view command, const std::string& argument);
  std::string set(const std::string& assignment);

  Controls controls_;
  std::function<void()> stop_;
  std::function<std::string()> status_;
};

}  // namespace drift::cli
