// Credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
#pragma once

#include "client/credential_source.hpp"
#include "client/environment.hpp"

#include <utility>

namespace drift::client {

class EnvironmentCredentials final : public CredentialSource {
 public:
  explicit EnvironmentCredentials(Environment environment) : environment_(std::move(environment)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override { return "the environment (AWS_ACCESS_KEY_ID)"; }

 private:
  Environment environment_;
};

}  // namespace drift::client
