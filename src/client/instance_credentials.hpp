// Credentials of the EC2 instance's role, from its metadata service, version 2: a session token first, then the role's
// name, then its credentials (EC2 User Guide, "Use the Instance Metadata Service").
#pragma once

#include "client/credential_source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace drift::client {

class InstanceCredentials final : public CredentialSource {
 public:
  explicit InstanceCredentials(CredentialScope scope) : scope_(std::move(scope)) {}
  std::optional<Credentials> find() override;
  [[nodiscard]] std::string looked_for() const override;

 private:
  // The first of a variable and the profile's key.
  [[nodiscard]] std::optional<std::string> setting(const char* variable, const char* key) const;
  [[nodiscard]] wire::Endpoint endpoint() const;
  [[nodiscard]] std::uint64_t number(const char* variable, const char* key, std::uint64_t otherwise) const;
  wire::Answer ask(const char* method, const std::string& path, const std::string& header) const;

  CredentialScope scope_;
  std::string outcome_ = "not asked";
};

}  // namespace drift::client
