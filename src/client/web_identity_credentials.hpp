// Credentials of a role that is assumed with a token of another identity provider, as EKS gives it to pods: a token
// file and a role, named by the environment (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN) or by the profile.
#pragma once

#include "client/credential_source.hpp"
#include "client/profile_file.hpp"

#include <string>
#include <utility>

namespace drift::client {

class WebIdentityCredentials final : public CredentialSource {
 public:
  explicit WebIdentityCredentials(CredentialScope scope) : scope_(std::move(scope)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override { return "a web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"; }

 private:
  CredentialScope scope_;
};

// The same for one profile. `asks_environment`: the variables go before what the profile says.
std::optional<Credentials> web_identity_of_profile(const CredentialScope& scope, const Profiles& profiles,
                                                   const std::string& profile, bool asks_environment);

}  // namespace drift::client
