#include "client/credential_chain.hpp"

#include "client/container_credentials.hpp"
#include "client/environment_credentials.hpp"
#include "client/instance_credentials.hpp"
#include "client/profile_credentials.hpp"
#include "client/web_identity_credentials.hpp"

#include <drift/error.hpp>

#include <string>
#include <utility>

namespace drift::client {

Credentials CredentialChain::credentials() {
  const std::lock_guard lock(mutex_);
  if (chosen_ != nullptr) {
    if (auto credentials = chosen_->find()) return std::move(*credentials);
    chosen_ = nullptr;
  }
  std::string tried;
  for (const auto& source : sources_) {
    if (auto credentials = source->find()) {
      chosen_ = source.get();
      return std::move(*credentials);
    }
    if (!tried.empty()) tried += ", ";
    tried += source->looked_for();
  }
  throw Error({.code = "CredentialsError",
               .message = "Unable to locate credentials. Looked in: " + tried + ".",
               .next_step =
                   "Log in with the AWS command line (aws configure, aws sso login), or set AWS_PROFILE, or set "
                   "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."});
}

std::shared_ptr<CredentialsProvider> make_credential_chain(const CredentialScope& scope) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  if (!scope.profile_is_explicit) sources.push_back(std::make_unique<EnvironmentCredentials>(scope.environment));
  sources.push_back(std::make_unique<RoleCredentials>(scope));
  sources.push_back(std::make_unique<WebIdentityCredentials>(scope));
  sources.push_back(std::make_unique<ProfileCredentials>(scope));
  sources.push_back(std::make_unique<ContainerCredentials>(scope));
  sources.push_back(std::make_unique<InstanceCredentials>(scope));
  return std::make_shared<CredentialChain>(std::move(sources));
}

}  // namespace drift::client
