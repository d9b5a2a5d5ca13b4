// StaticCredentials: the same credentials for ever. Never blocks, which CredentialCache makes use of.
#pragma once

#include <drift/credentials.hpp>

#include <utility>

namespace drift::client {

class StaticCredentials final : public CredentialsProvider {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Credentials credentials() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace drift::client
