// CredentialSource: one place where credentials may be found. The chain asks them one after the other.
#pragma once

#include <drift/credentials.hpp>

#include <optional>
#include <string>

namespace drift::client {

class CredentialSource {
 public:
  CredentialSource() = default;
  CredentialSource(const CredentialSource&) = delete;
  CredentialSource& operator=(const CredentialSource&) = delete;
  virtual ~CredentialSource() = default;

  // Empty when nothing is configured here. Throws Error (code "CredentialsError") when something is, but fails: then no
  // further place is asked, because other credentials than those that were meant could be used by accident.
  virtual std::optional<Credentials> find() = 0;
  // What was looked for, for the message of an empty-handed search: "the environment (AWS_ACCESS_KEY_ID)".
  [[nodiscard]] virtual std::string looked_for() const = 0;
};

}  // namespace drift::client
