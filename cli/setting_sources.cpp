// Sources of settings: see the header.
#include "cli/setting_sources.hpp"

#include "cli/usage_error.hpp"

#include <toml++/toml.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace drift::cli {

namespace {

// A value of TOML as the text that a flag would have.
std::optional<std::string> text_of(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (!node.is_integer() && !node.is_floating_point() && !node.is_boolean()) return std::nullopt;
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  std::array<char, 32> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), node.as_floating_point()->get());
  return std::string(digits.data(), end);
}

// Of this project, and none of the command's: where the local server is, what its scripts and tests are told.
constexpr std::array<std::string_view, 6> no_settings{"DYNOXIDE", "NO_PACKAGES",  "SEED",
                                                      "SOAK",     "SOAK_MINUTES", "CRASH_THIN"};

std::string unknown_setting(std::string_view name) {
  std::vector<std::string_view> names;
  for (const SettingRow& row : setting_rows()) names.push_back(row.name);
  return did_you_mean(nearest(name, names), "{drift} --help lists the settings.");
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before there are threads
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::vector<std::string> process_variables() {
  std::vector<std::string> names;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

std::string variable_of(const SettingRow& row) {
  std::string name = "DRIFT_";
  for (const char c : row.name) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

void take_file(Settings& settings, const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw usage_error("there is no file " + file.string(), "Nothing was done. Name the file of the settings.");
  }
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw usage_error(
        file.string() + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()),
        "Nothing was done. Mend that line.");
  }
  for (const auto& [key, node] : table) {
    const std::string where =
        file.string() + ":" + std::to_string(node.source().begin.line) + ": " + std::string(key.str());
    const SettingRow* row = find_setting(key.str());
    if (row == nullptr) throw usage_error(where + " is no setting", "Nothing was done. " + unknown_setting(key.str()));
    const auto text = text_of(node);
    if (!text) throw usage_error(where + ": a text, a number or true and false are expected", "Nothing was done.");
    set(settings, *row, *text, where);
  }
}

void check_variables(const std::vector<std::string>& names) {
  constexpr std::string_view prefix = "DRIFT_";
  std::vector<std::string> known;
  for (const SettingRow& row : setting_rows()) known.push_back(variable_of(row).substr(prefix.size()));
  const std::vector<std::string_view> views(known.begin(), known.end());
  for (const std::string& name : names) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    if (std::ranges::find(known, rest) != known.end() || std::ranges::find(no_settings, rest) != no_settings.end())
      continue;
    const std::string_view near = nearest(rest, views);
    throw usage_error(name + " is no setting",
                      near.empty() ? "Nothing was done. unset " + name +
                                         "; {drift} --help lists the settings. What a "
                                         "program of a migration is to know can have any name that does not begin with "
                                         "DRIFT_."
                                   : "Nothing was done. Did you mean DRIFT_" + std::string(near) + "?");
  }
}

void take_environment(Settings& settings, const Environment& environment) {
  for (const SettingRow& row : setting_rows()) {
    const std::string name = variable_of(row);
    if (const auto text = environment(name); text && !text->empty()) set(settings, row, *text, name);
  }
  // no-color.org: whatever it is set to, unless that is nothing.
  if (const auto none = environment("NO_COLOR"); none && !none->empty()) settings.color = false;
}

Settings gather_settings(const std::string& config, const Environment& environment, const Flags& flags) {
  Settings settings;
  const std::filesystem::path file = config.empty() ? "drift.toml" : config;
  if (!config.empty() || std::filesystem::exists(file)) take_file(settings, file);
  take_environment(settings, environment);
  for (const auto& [row, text] : flags) set(settings, *row, text, "--" + std::string(row->name));
  return settings;
}

}  // namespace drift::cli
