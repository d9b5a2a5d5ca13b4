#include "client/settings.hpp"

#include "base/text.hpp"
#include "client/credential_chain.hpp"
#include "wire/asio_transport.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace drift::client {
namespace {

// A value and where it was found, for messages.
struct Sourced {
  std::string value;
  std::string source;
};

[[noreturn]] void config_error(std::string message, std::string next_step) {
  throw Error({.code = "ConfigError", .message = std::move(message), .next_step = std::move(next_step)});
}

class Resolver {
 public:
  Resolver(const Environment& environment, const Profiles& profiles, std::string profile)
      : environment_(environment), profiles_(profiles), profile_(std::move(profile)) {}

  // The first that is there: the option, the variables in their order, the profile's key.
  [[nodiscard]] std::optional<Sourced> find(const std::string& option, const char* option_name,
                                            std::initializer_list<const char*> variables, const char* key) const {
    if (!option.empty()) return Sourced{option, std::string("ClientOptions::") + option_name};
    for (const char* variable : variables) {
      if (auto value = environment_.variable(variable)) return Sourced{std::move(*value), variable};
    }
    return of_profile(key);
  }

  [[nodiscard]] std::optional<Sourced> of_profile(const char* key) const {
    if (auto value = profiles_.value(profile_, key)) {
      return Sourced{std::move(*value), std::string(key) + " of profile \"" + profile_ + "\""};
    }
    return std::nullopt;
  }

  // The `endpoint_url` of one service, or of all, in the files.
  [[nodiscard]] std::optional<Sourced> endpoint_of_profile() const {
    if (const auto services = profiles_.value(profile_, "services")) {
      if (auto url = profiles_.service_value(*services, "dynamodb.endpoint_url")) {
        return Sourced{std::move(*url), "endpoint_url of services \"" + *services + "\""};
      }
    }
    return of_profile("endpoint_url");
  }

  [[nodiscard]] bool ignores_configured_endpoints() const {
    if (environment_.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
      return environment_.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    }
    const auto value = profiles_.value(profile_, "ignore_configured_endpoint_urls");
    return value && base::equals_ignoring_case(*value, "true");
  }

  [[nodiscard]] const std::string& profile() const noexcept { return profile_; }

 private:
  const Environment& environment_;
  const Profiles& profiles_;
  std::string profile_;
};

std::string resolve_region(const ClientOptions& options, const Resolver& resolver) {
  const auto region = resolver.find(options.region, "region", {"AWS_REGION", "AWS_DEFAULT_REGION"}, "region");
  if (!region) {
    throw Error({.code = "NoRegion",
                 .message = "No region was found: not in AWS_REGION, not in AWS_DEFAULT_REGION, and profile \"" +
                            resolver.profile() + "\" has no `region`.",
                 .next_step = "Set AWS_REGION to the region of the table, for example: export AWS_REGION=eu-west-1"});
  }
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!std::all_of(region->value.begin(), region->value.end(), fits) || region->value.size() > 63) {
    config_error("\"" + base::one_line(region->value, 80) + "\" (" + region->source + ") is no name of a region.",
                 "Write it like eu-west-1.");
  }
  return region->value;
}

wire::Endpoint resolve_endpoint(const ClientOptions& options, const Resolver& resolver, const std::string& region) {
  std::optional<Sourced> url;
  if (!options.endpoint.empty()) {
    url = Sourced{options.endpoint, "ClientOptions::endpoint"};
  } else if (!resolver.ignores_configured_endpoints()) {
    url = resolver.find({}, "", {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"}, "");
    if (!url) url = resolver.endpoint_of_profile();
  }
  if (!url) return aws_endpoint("dynamodb", region);
  auto endpoint = wire::Endpoint::parse(url->value);
  if (!endpoint) {
    config_error("\"" + base::one_line(url->value, 200) + "\" (" + url->source + ") is no endpoint.",
                 "Write it like https://dynamodb.eu-west-1.amazonaws.com or http://127.0.0.1:8000, without a path.");
  }
  return std::move(*endpoint);
}

int resolve_attempts(const ClientOptions& options, const Resolver& resolver) {
  if (options.max_attempts < 0) config_error("ClientOptions::max_attempts is negative.", "Set it to 1 or more.");
  if (options.max_attempts > 0) return options.max_attempts;
  const auto found = resolver.find({}, "", {"AWS_MAX_ATTEMPTS"}, "max_attempts");
  if (!found) return RetryPolicy().attempts_max;
  const auto attempts = base::parse_uint64(found->value);
  if (!attempts || *attempts == 0 || *attempts > 1'000'000) {
    config_error("\"" + base::one_line(found->value, 80) + "\" (" + found->source + ") is no number of attempts.",
                 "Set it to 1 or more.");
  }
  return static_cast<int>(*attempts);
}

}  // namespace

std::string find_profile(const ClientOptions& options, const Environment& environment, const Profiles& profiles) {
  std::string source = "ClientOptions::profile";
  std::optional<std::string> profile;
  if (!options.profile.empty()) profile = options.profile;
  for (const char* variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (profile) break;
    profile = environment.variable(variable);
    source = variable;
  }
  if (!profile) return "default";
  if (!profiles.has(*profile)) {
    config_error("Profile \"" + base::one_line(*profile, 80) + "\" (" + source + ") is neither in " +
                     profiles.config_file().string() + " nor in " + profiles.credentials_file().string() + ".",
                 "Name one that is there, or make it: aws configure --profile " + base::one_line(*profile, 80));
  }
  return *profile;
}

ClientCore::Settings resolve_settings(const ClientOptions& options, const Environment& environment,
                                      const Profiles& profiles) {
  const Resolver resolver(environment, profiles, find_profile(options, environment, profiles));
  ClientCore::Settings settings;
  settings.region = resolve_region(options, resolver);
  settings.endpoint = resolve_endpoint(options, resolver, settings.region);
  settings.retry.attempts_max = resolve_attempts(options, resolver);
  settings.connect_timeout = options.connect_timeout;
  settings.request_timeout = options.request_timeout;
  return settings;
}

std::string resolve_ca_bundle(const ClientOptions& options, const Environment& environment, const Profiles& profiles) {
  const Resolver resolver(environment, profiles, find_profile(options, environment, profiles));
  const auto found = resolver.find(options.ca_bundle, "ca_bundle", {"AWS_CA_BUNDLE"}, "ca_bundle");
  return found ? environment.expand(found->value).string() : std::string();
}

wire::Endpoint aws_endpoint(const std::string& service, const std::string& region) {
  // The partitions' DNS suffixes (AWS General Reference, "Amazon Resource Names", and the SDKs' partitions).
  std::string suffix = ".amazonaws.com";
  if (region.starts_with("cn-")) suffix = ".amazonaws.com.cn";
  if (region.starts_with("us-iso-")) suffix = ".c2s.ic.gov";
  if (region.starts_with("us-isob-")) suffix = ".sc2s.sgov.gov";
  return {.tls = true, .host = service + "." + region + suffix, .port = 443};
}

Found find_settings(const ClientOptions& options) {
  const Environment environment = Environment::of_process();
  const Profiles profiles = Profiles::load(environment);
  Found found{.settings = resolve_settings(options, environment, profiles)};
  const std::string ca_bundle = resolve_ca_bundle(options, environment, profiles);
  try {
    found.transport = wire::make_asio_transport({.connections_max = options.connections_max, .ca_bundle = ca_bundle});
  } catch (const std::exception& error) {
    config_error("The CA bundle " + ca_bundle + " cannot be used: " + error.what(),
                 "Name a file of PEM certificates (AWS_CA_BUNDLE, the profile's ca_bundle), or none.");
  }
  found.settings.credentials = options.credentials ? options.credentials
                                                   : make_credential_chain(options, environment, profiles,
                                                                           found.transport, found.settings.region);
  return found;
}

}  // namespace drift::client
