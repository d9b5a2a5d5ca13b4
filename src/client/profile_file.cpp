#include "client/profile_file.hpp"

#include "base/text.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::client {
namespace {

using base::trim;

[[noreturn]] void fail(const std::filesystem::path& file, std::size_t line, const std::string& what) {
  throw Error({.code = "ConfigError",
               .message = "Line " + std::to_string(line) + " of " + file.string() + " " + what + ".",
               .next_step = "Correct the file, or name another one (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE)."});
}

class Parser {
 public:
  explicit Parser(const std::filesystem::path& file) : file_(file) {}

  void line(std::string_view text) {
    ++line_;
    const std::string_view content = trim(text);
    if (content.empty() || content.front() == '#' || content.front() == ';') return;
    const bool indented = text.front() == ' ' || text.front() == '\t';
    if (content.front() == '[') {
      open_section(content);
    } else {
      value(content, indented);
    }
  }

  ProfileSections take() { return std::move(sections_); }

 private:
  void open_section(std::string_view content) {
    const std::size_t end = content.find(']');
    if (end == std::string_view::npos) fail(file_, line_, "has '[' without ']'");
    section_ = &sections_[std::string(trim(content.substr(1, end - 1)))];
    parent_.clear();
  }

  void value(std::string_view content, bool indented) {
    if (section_ == nullptr) fail(file_, line_, "stands before the first [section]");
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos || equals == 0) fail(file_, line_, "is no 'key = value'");
    std::string key = base::lowercase(trim(content.substr(0, equals)));
    if (indented && !parent_.empty()) {
      key = parent_ + "." + key;
    } else {
      parent_ = key;
    }
    (*section_)[std::move(key)] = trim(content.substr(equals + 1));
  }

  const std::filesystem::path& file_;
  std::size_t line_ = 0;
  ProfileSections sections_;
  ProfileSection* section_ = nullptr;
  std::string parent_;
};

// "profile dev" or "profile "my dev"" with `kind` "profile": the name.
std::optional<std::string> name_after(std::string_view section, std::string_view kind) {
  if (!section.starts_with(kind) || section.size() == kind.size()) return std::nullopt;
  const char separator = section[kind.size()];
  if (separator != ' ' && separator != '\t') return std::nullopt;
  std::string_view name = trim(section.substr(kind.size()));
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front()) {
    name = name.substr(1, name.size() - 2);
  }
  return std::string(name);
}

ProfileSections read(const Environment& environment, const std::filesystem::path& file) {
  const auto text = environment.read_file(file);
  return text ? parse_profile_file(*text, file) : ProfileSections();
}

std::optional<std::string> find(const ProfileSections& sections, std::string_view section, std::string_view key) {
  const auto found = sections.find(section);
  if (found == sections.end()) return std::nullopt;
  const auto value = found->second.find(key);
  if (value == found->second.end() || value->second.empty()) return std::nullopt;
  return value->second;
}

std::filesystem::path file_of(const Environment& environment, const char* variable, const char* name) {
  if (const auto named = environment.variable(variable)) return environment.expand(*named);
  return environment.home / ".aws" / name;
}

}  // namespace

ProfileSections parse_profile_file(std::string_view text, const std::filesystem::path& file) {
  Parser parser(file);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (const std::string_view line : base::split(text, '\n')) parser.line(line);
  return parser.take();
}

Profiles Profiles::load(const Environment& environment) {
  Profiles profiles;
  profiles.config_file_ = file_of(environment, "AWS_CONFIG_FILE", "config");
  profiles.credentials_file_ = file_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  profiles.credentials_ = read(environment, profiles.credentials_file_);
  for (auto& [section, values] : read(environment, profiles.config_file_)) {
    if (section == "default") {
      profiles.config_["default"].merge(values);
    } else if (const auto profile = name_after(section, "profile")) {
      profiles.config_[*profile].merge(values);
    } else if (const auto services = name_after(section, "services")) {
      profiles.services_[*services] = values;
    }
  }
  return profiles;
}

bool Profiles::has(std::string_view profile) const {
  return config_.contains(profile) || credentials_.contains(profile);
}

std::optional<std::string> Profiles::value(std::string_view profile, std::string_view key) const {
  auto value = find(credentials_, profile, key);
  return value ? value : find(config_, profile, key);
}

std::optional<std::string> Profiles::credentials_file_value(std::string_view profile, std::string_view key) const {
  return find(credentials_, profile, key);
}

std::optional<std::string> Profiles::service_value(std::string_view services, std::string_view key) const {
  return find(services_, services, key);
}

}  // namespace drift::client
