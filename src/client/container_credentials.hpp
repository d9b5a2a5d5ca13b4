// Credentials of an ECS task or an EKS pod, from the endpoint that the container's environment names
// (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI).
#pragma once

#include "client/credential_source.hpp"
#include "client/http_fetch.hpp"

#include <string>
#include <utility>

namespace drift::client {

class ContainerCredentials final : public CredentialSource {
 public:
  explicit ContainerCredentials(CredentialScope scope) : scope_(std::move(scope)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override {
    return "the container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, _FULL_URI)";
  }

 private:
  [[nodiscard]] Url checked_url(const std::string& text) const;
  [[nodiscard]] std::string authorization() const;
  CredentialScope scope_;
};

}  // namespace drift::client
