#include "client/settings.hpp"

#include "base/text.hpp"
#include "client/credential_chain.hpp"
#include "client/endpoint_settings.hpp"
#include "wire/asio_transport.hpp"

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <optional>
#include <utility>

namespace drift::client {
namespace {

constexpr std::uint64_t attempts_limit = 1'000'000;

// A value and where it was found, for messages.
struct Setting {
  std::string value;
  std::string source;
};

[[noreturn]] void config_error(std::string message, std::string next_step) {
  throw Error({.code = "ConfigError", .message = std::move(message), .next_step = std::move(next_step)});
}

[[noreturn]] void refuse(const Setting& setting, const std::string& what, std::string next_step) {
  config_error("\"" + base::one_line(setting.value, 100) + "\" (" + setting.source + ") is no " + what + ".",
               std::move(next_step));
}

// The first of the variables that is set, else the profile's key.
std::optional<Setting> find_setting(const Environment& environment, const Profiles& profiles,
                                    const std::string& profile, std::initializer_list<const char*> variables,
                                    const char* key) {
  for (const char* variable : variables) {
    if (auto value = environment.variable(variable)) return Setting{std::move(*value), variable};
  }
  if (auto value = profiles.value(profile, key)) {
    return Setting{std::move(*value), std::string(key) + " of profile \"" + profile + "\""};
  }
  return std::nullopt;
}

std::string resolve_region(const std::string& option, const Environment& environment, const Profiles& profiles,
                           const std::string& profile) {
  std::optional<Setting> region;
  if (!option.empty()) {
    region = Setting{option, "ClientOptions::region"};
  } else {
    region = find_setting(environment, profiles, profile, {"AWS_REGION", "AWS_DEFAULT_REGION"}, "region");
  }
  if (!region) {
    throw Error({.code = "NoRegion",
                 .message = "No region was found: AWS_REGION and AWS_DEFAULT_REGION are not set, and profile \"" +
                            profile + "\" has no `region`.",
                 .next_step = "Name the region of the table, for example: export AWS_REGION=eu-west-1"});
  }
  // It becomes part of a host name and of every signature.
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!std::all_of(region->value.begin(), region->value.end(), fits) || region->value.size() > 63) {
    refuse(*region, "name of a region", "Write it like eu-west-1.");
  }
  return region->value;
}

int resolve_attempts(int option, const Environment& environment, const Profiles& profiles, const std::string& profile) {
  if (option < 0) config_error("ClientOptions::max_attempts is negative.", "Set it to 1 or more, or leave it 0.");
  if (option > 0) return option;
  const auto found = find_setting(environment, profiles, profile, {"AWS_MAX_ATTEMPTS"}, "max_attempts");
  if (!found) return RetryPolicy().attempts_max;
  const auto attempts = base::parse_uint64(found->value);
  if (!attempts || *attempts == 0 || *attempts > attempts_limit) {
    refuse(*found, "number of attempts", "Set it to 1 or more.");
  }
  return static_cast<int>(*attempts);
}

}  // namespace

std::string find_profile(const ClientOptions& options, const Environment& environment, const Profiles& profiles) {
  std::optional<Setting> profile;
  if (!options.profile.empty()) profile = Setting{options.profile, "ClientOptions::profile"};
  for (const char* variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (profile) break;
    if (auto value = environment.variable(variable)) profile = Setting{std::move(*value), variable};
  }
  if (!profile) return "default";
  // "default" need not be written anywhere.
  if (profile->value != "default" && !profiles.has(profile->value)) {
    config_error("Profile \"" + base::one_line(profile->value, 100) + "\" (" + profile->source + ") is neither in " +
                     profiles.config_file().string() + " nor in " + profiles.credentials_file().string() + ".",
                 "Name one that is there (aws configure list-profiles), or make it (aws configure --profile).");
  }
  return profile->value;
}

ClientCore::Settings resolve_settings(const ClientOptions& options, const Environment& environment,
                                      const Profiles& profiles) {
  const std::string profile = find_profile(options, environment, profiles);
  ClientCore::Settings settings;
  settings.region = resolve_region(options.region, environment, profiles, profile);
  settings.endpoint = options.endpoint.empty()
                          ? configured_endpoint(dynamodb_service, environment, profiles, profile, settings.region)
                          : parse_endpoint(options.endpoint, "ClientOptions::endpoint");
  settings.retry.attempts_max = resolve_attempts(options.max_attempts, environment, profiles, profile);
  settings.connect_timeout = options.connect_timeout;
  settings.request_timeout = options.request_timeout;
  settings.connections_max = options.connections_max;
  return settings;
}

std::string resolve_ca_bundle(const ClientOptions& options, const Environment& environment, const Profiles& profiles) {
  if (!options.ca_bundle.empty()) return options.ca_bundle;
  const std::string profile = find_profile(options, environment, profiles);
  const auto found = find_setting(environment, profiles, profile, {"AWS_CA_BUNDLE"}, "ca_bundle");
  return found ? environment.expand(found->value).string() : std::string();
}

Found find_settings(const ClientOptions& options) {
  const Environment environment = Environment::of_process();
  const Profiles profiles = Profiles::load(environment);
  Found found{.settings = resolve_settings(options, environment, profiles)};
  const std::string ca_bundle = resolve_ca_bundle(options, environment, profiles);
  try {
    found.transport = wire::make_asio_transport({.connections_max = options.connections_max,
                                                 .ca_bundle = ca_bundle,
                                                 .tls_expected = found.settings.endpoint.tls});
  } catch (const std::exception& error) {
    config_error("The CA bundle " + ca_bundle + " cannot be used: " + error.what(),
                 "Name a file of PEM certificates (AWS_CA_BUNDLE, the profile's ca_bundle), or none.");
  }
  found.settings.credentials = options.credentials;
  if (!found.settings.credentials) {
    found.settings.credentials = make_credential_chain({.environment = environment,
                                                        .transport = found.transport.get(),
                                                        .region = found.settings.region,
                                                        .profile = find_profile(options, environment, profiles),
                                                        .profile_is_explicit = !options.profile.empty()});
  }
  return found;
}

}  // namespace drift::client
