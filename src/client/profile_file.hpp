// The AWS tools' shared files, ~/.aws/config and ~/.aws/credentials (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE), as
// the AWS command line reads them: sections of `key = value`, with indented lines as nested values of the key above.
#pragma once

#include "client/environment.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::client {

// Keys in lower case. A nested value has its parent's key before it: "dynamodb.endpoint_url".
using ProfileSection = std::map<std::string, std::string, std::less<>>;
using ProfileSections = std::map<std::string, ProfileSection, std::less<>>;

// The sections of one file by the text between their brackets. Throws Error (code "ConfigError", naming file and line).
ProfileSections parse_profile_file(std::string_view text, const std::filesystem::path& file);

class Profiles {
 public:
  // Reads both files; one that is not there is empty. Throws Error (code "ConfigError").
  static Profiles load(const Environment& environment);

  [[nodiscard]] bool has(std::string_view profile) const;
  // A value of a profile; what the credentials file says goes before what the config file says.
  [[nodiscard]] std::optional<std::string> value(std::string_view profile, std::string_view key) const;
  [[nodiscard]] std::optional<std::string> credentials_file_value(std::string_view profile, std::string_view key) const;
  // A value of "[services <name>]".
  [[nodiscard]] std::optional<std::string> service_value(std::string_view services, std::string_view key) const;

  // Where the files are looked for, for messages.
  [[nodiscard]] const std::filesystem::path& config_file() const noexcept { return config_file_; }
  [[nodiscard]] const std::filesystem::path& credentials_file() const noexcept { return credentials_file_; }

 private:
  std::filesystem::path config_file_;
  std::filesystem::path credentials_file_;
  ProfileSections config_;       // by the profile's name
  ProfileSections services_;     // by the name after "services"
  ProfileSections credentials_;  // by the profile's name
};

}  // namespace drift::client
