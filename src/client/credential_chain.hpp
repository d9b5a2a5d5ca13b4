// CredentialChain: looks for credentials where the AWS command line does, in its order: the environment, the role of
// the profile, a web identity, the shared credentials and config files, the container, the EC2 instance. What was found
// first is asked again when credentials are refreshed. For several threads at once.
#pragma once

#include "client/credential_source.hpp"

#include <drift/credentials.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace drift::client {

class CredentialChain final : public CredentialsProvider {
 public:
  explicit CredentialChain(std::vector<std::unique_ptr<CredentialSource>> sources) : sources_(std::move(sources)) {}
  Credentials credentials() override;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<CredentialSource>> sources_;
  CredentialSource* chosen_ = nullptr;
};

std::shared_ptr<CredentialsProvider> make_credential_chain(const CredentialScope& scope);

}  // namespace drift::client
