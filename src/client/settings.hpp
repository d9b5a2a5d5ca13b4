// Settings: where a client finds what its options leave empty, in the order of the AWS command line: options,
// environment, profile. No network traffic.
#pragma once

#include "client/core.hpp"
#include "client/environment.hpp"
#include "client/profile_file.hpp"

#include <drift/client.hpp>

#include <memory>
#include <string>

namespace drift::client {

struct Found {
  ClientCore::Settings settings = {};
  std::shared_ptr<wire::Transport> transport = {};
};

// In this process's environment, with the real network. Throws Error (code "NoRegion", "ConfigError").
Found find_settings(const ClientOptions& options);

// The profile that is meant: the option, AWS_PROFILE, AWS_DEFAULT_PROFILE, "default". Throws Error (code "ConfigError")
// when one is named that the files do not have.
std::string find_profile(const ClientOptions& options, const Environment& environment, const Profiles& profiles);

// All but the credentials.
ClientCore::Settings resolve_settings(const ClientOptions& options, const Environment& environment,
                                      const Profiles& profiles);
// Empty: the system's certificates.
std::string resolve_ca_bundle(const ClientOptions& options, const Environment& environment, const Profiles& profiles);

}  // namespace drift::client
