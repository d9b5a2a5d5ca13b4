// Which endpoint a service of AWS has for this process: what the environment and the profile say, else the public one.
#pragma once

#include "client/environment.hpp"
#include "client/profile_file.hpp"
#include "wire/transport.hpp"

#include <string>
#include <string_view>

namespace drift::client {

// A service under its endpoint's name and under the names of its settings.
struct Service {
  std::string_view id;       // "dynamodb": in host names, and in [services] sections
  const char* url_variable;  // "AWS_ENDPOINT_URL_DYNAMODB"
};

inline constexpr Service dynamodb_service{.id = "dynamodb", .url_variable = "AWS_ENDPOINT_URL_DYNAMODB"};
inline constexpr Service sts_service{.id = "sts", .url_variable = "AWS_ENDPOINT_URL_STS"};

// The service's own variable, AWS_ENDPOINT_URL, `endpoint_url` of the profile's services section and of the profile,
// else the public endpoint, of the kind that AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT say.
// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS leaves only the public one. Throws Error (code "ConfigError").
wire::Endpoint configured_endpoint(const Service& service, const Environment& environment, const Profiles& profiles,
                                   std::string_view profile, std::string_view region);

// Throws Error (code "ConfigError") that names `source` when `url` is no endpoint.
wire::Endpoint parse_endpoint(std::string_view url, std::string_view source);

struct EndpointKind {
  bool fips = false;
  bool dual_stack = false;
};
// The public endpoint of a service in a region, for the region's partition.
wire::Endpoint public_endpoint(const Service& service, std::string_view region, EndpointKind kind = {});

}  // namespace drift::client
