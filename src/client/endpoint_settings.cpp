#include "client/endpoint_settings.hpp"

#include "base/text.hpp"

#include <drift/error.hpp>

#include <array>
#include <optional>
#include <utility>

namespace drift::client {
namespace {

// The partitions of AWS by the beginning of their regions' names, and their DNS suffixes (AWS General Reference,
// "Service endpoints"; the SDKs' partitions.json). The last one is for all other regions.
struct Partition {
  std::string_view prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};
constexpr std::array<Partition, 7> partitions{{
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"", "amazonaws.com", "api.aws"},
}};

// A switch of the environment, else of the profile.
bool is_on(const Environment& environment, const Profiles& profiles, std::string_view profile, const char* variable,
           const char* key) {
  auto value = environment.variable(variable);
  if (!value) value = profiles.value(profile, key);
  return value && base::equals_ignoring_case(*value, "true");
}

std::optional<wire::Endpoint> named_endpoint(const Service& service, const Environment& environment,
                                             const Profiles& profiles, std::string_view profile) {
  if (is_on(environment, profiles, profile, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
    return std::nullopt;
  }
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
  return std::nullopt;
}

}  // namespace

wire::Endpoint configured_endpoint(const Service& service, const Environment& environment, const Profiles& profiles,
                                   std::string_view profile, std::string_view region) {
  if (auto named = named_endpoint(service, environment, profiles, profile)) return std::move(*named);
  const EndpointKind kind{
      .fips = is_on(environment, profiles, profile, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
      .dual_stack = is_on(environment, profiles, profile, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")};
  return public_endpoint(service, region, kind);
}

wire::Endpoint parse_endpoint(std::string_view url, std::string_view source) {
  if (auto endpoint = wire::Endpoint::parse(url)) return std::move(*endpoint);
  throw Error({.code = "ConfigError",
               .message = "\"" + base::one_line(base::without_user_info(url), 200) + "\" (" + std::string(source) +
                          ") is no endpoint.",
               .next_step =
                   "Write it like https://dynamodb.eu-west-1.amazonaws.com or http://127.0.0.1:8000, without a "
                   "path."});
}

wire::Endpoint public_endpoint(const Service& service, std::string_view region, EndpointKind kind) {
  const auto* partition = partitions.begin();
  while (!region.starts_with(partition->prefix)) ++partition;
  std::string host(service.id);
  // All of STS in GovCloud is FIPS already, and has no name of its own for it.
  const bool is_fips_anyway = service.id == sts_service.id && region.starts_with("us-gov-") && !kind.dual_stack;
  if (kind.fips && !is_fips_anyway) host += "-fips";
  host.append(".").append(region).append(".");
  host.append(kind.dual_stack ? partition->dual_stack_suffix : partition->suffix);
  return {.tls = true, .host = std::move(host), .port = 443};
}

}  // namespace drift::client
