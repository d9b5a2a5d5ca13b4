// The command line: finds the verb, its arguments and the settings, wherever on the line they stand.
#pragma once

#include "cli/setting_sources.hpp"
#include "cli/verb.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

struct CommandLine {
  const Verb* verb = nullptr;
  Arguments arguments = {};
  Flags settings = {};
  std::string config = {};  // --config FILE; empty: drift.toml where it is
  // Not empty: what was asked for is this text (help, version), and nothing is to be done.
  std::string text = {};
  bool is_wrong = false;  // nothing was asked for: the text is what there is to ask for
};

// `arguments` without the program's name, which is in the text. Throws Error, code "Usage".
CommandLine parse_command_line(std::vector<std::string> arguments, std::string_view program = "drift");

}  // namespace drift::cli
