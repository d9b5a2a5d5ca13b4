// Credentials that a profile of the shared files has or leads to: keys, a credential_process, or a role to be assumed
// with the credentials of another profile (source_profile) or of another place (credential_source). The files are read
// each time, so that a login made meanwhile is found.
#pragma once

#include "client/credential_source.hpp"

#include <string>
#include <utility>

namespace drift::client {

// The profile's role_arn with source_profile or credential_source.
class RoleCredentials final : public CredentialSource {
 public:
  explicit RoleCredentials(CredentialScope scope) : scope_(std::move(scope)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override { return "role_arn of profile \"" + scope_.profile + "\""; }

 private:
  CredentialScope scope_;
};

// The profile's own keys or credential_process.
class ProfileCredentials final : public CredentialSource {
 public:
  explicit ProfileCredentials(CredentialScope scope) : scope_(std::move(scope)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override;

 private:
  CredentialScope scope_;
};

}  // namespace drift::client
