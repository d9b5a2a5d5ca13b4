#include "client/endpoint_settings.hpp"

#include "base/text.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::client {
namespace {

bool ignores_configured_endpoints(const Environment& environment, const Profiles& profiles, std::string_view profile) {
  if (environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    return environment.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  }
  const auto value = profiles.value(profile, "ignore_configured_endpoint_urls");
  return value && base::equals_ignoring_case(*value, "true");
}

}  // namespace

wire::Endpoint configured_endpoint(const Service& service, const Environment& environment, const Profiles& profiles,
                                   std::string_view profile, std::string_view region) {
  if (ignores_configured_endpoints(environment, profiles, profile)) return public_endpoint(service, region);
  for (const char* variable : {service.url_variable, "AWS_ENDPOINT_URL"}) {
    if (const auto url = environment.variable(variable)) return parse_endpoint(*url, variable);
  }
  if (const auto services = profiles.value(profile, "services")) {
    const std::string key = std::string(service.id) + ".endpoint_url";
    if (const auto url = profiles.service_value(*services, key)) {
      return parse_endpoint(*url, "endpoint_url of services \"" + *services + "\"");
    }
  }
  if (const auto url = profiles.value(profile, "endpoint_url")) {
    return parse_endpoint(*url, "endpoint_url of profile \"" + std::string(profile) + "\"");
  }
  return public_endpoint(service, region);
}

wire::Endpoint parse_endpoint(std::string_view url, std::string_view source) {
  if (auto endpoint = wire::Endpoint::parse(url)) return std::move(*endpoint);
  throw Error({.code = "ConfigError",
               .message = "\"" + base::one_line(url, 200) + "\" (" + std::string(source) + ") is no endpoint.",
               .next_step =
                   "Write it like https://dynamodb.eu-west-1.amazonaws.com or http://127.0.0.1:8000, without a "
                   "path."});
}

wire::Endpoint public_endpoint(const Service& service, std::string_view region) {
  // The partitions' DNS suffixes (AWS General Reference, "Service endpoints").
  std::string_view suffix = ".amazonaws.com";
  if (region.starts_with("cn-")) suffix = ".amazonaws.com.cn";
  if (region.starts_with("us-iso-")) suffix = ".c2s.ic.gov";
  if (region.starts_with("us-isob-")) suffix = ".sc2s.sgov.gov";
  std::string host(service.id);
  host.append(".").append(region).append(suffix);
  return {.tls = true, .host = std::move(host), .port = 443};
}

}  // namespace drift::client
