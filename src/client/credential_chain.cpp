#include "client/credential_chain.hpp"

#include "client/environment_credentials.hpp"

#include <drift/error.hpp>

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

std::shared_ptr<CredentialsProvider> make_credential_chain(const ClientOptions& options, const Environment& environment,
                                                           const Profiles& profiles,
                                                           std::shared_ptr<wire::Transport> transport,
                                                           const std::string& region) {
  (void)options, (void)profiles, (void)transport, (void)region;
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(std::make_unique<EnvironmentCredentials>(environment));
  return std::make_shared<CredentialChain>(std::move(sources));
}

}  // namespace drift::client
