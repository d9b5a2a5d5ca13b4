// Environment: the one door through which the client looks at its process's surroundings: environment variables, the
// home directory and configuration files. Tests make their own.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace drift::client {

struct Environment {
  // An empty optional where the variable is not set, or is empty, which the AWS tools take for the same.
  std::function<std::optional<std::string>(const char* name)> variable = {};
  // The whole file; an empty optional where it cannot be read.
  std::function<std::optional<std::string>(const std::filesystem::path& file)> read_file = {};
  std::filesystem::path home = {};  // empty: there is none

  static Environment of_process();

  // `path` with a leading "~" replaced by the home directory.
  [[nodiscard]] std::filesystem::path expand(const std::string& path) const;
  // True iff the variable is "true", in any case, as AWS_EC2_METADATA_DISABLED and the like are read.
  [[nodiscard]] bool flag(const char* name) const;
};

}  // namespace drift::client
