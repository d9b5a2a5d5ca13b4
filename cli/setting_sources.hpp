// Where settings come from: the command line, the environment and drift.toml.
#pragma once

#include "cli/settings.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drift::cli {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// The names of all variables of this process.
std::vector<std::string> process_variables();

// "write-rate" to "DRIFT_WRITE_RATE".
std::string variable_of(const SettingRow& row);

// The settings of a file of TOML, all at its top. Throws Error, code "Usage", naming file and line, for what is no
// TOML, a name that is none (with the nearest that is) and a value that cannot be.
void take_file(Settings& settings, const std::filesystem::path& file);
// Throws Error, code "Usage", for a DRIFT_... among the names that is no setting, with the nearest that is.
void check_variables(const std::vector<std::string>& names);
// DRIFT_... and NO_COLOR; those that are set to nothing do not count.
void take_environment(Settings& settings, const Environment& environment);

using Flags = std::vector<std::pair<const SettingRow*, std::string>>;
// Flags over the environment over the file over what is the default. `config`: of --config; empty: drift.toml where
// there is one.
Settings gather_settings(const std::string& config, const Environment& environment, const Flags& flags);

}  // namespace drift::cli
