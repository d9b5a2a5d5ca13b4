// CredentialSource: one place where credentials may be found. The chain asks them one after the other, from a thread
// that may block.
#pragma once

#include "client/environment.hpp"
#include "wire/transport.hpp"

#include <drift/credentials.hpp>

#include <optional>
#include <string>

namespace drift::client {

// What the sources look at.
struct CredentialScope {
  Environment environment = {};
  // Not shared: what holds a source may be released on the transport's own loop.
  wire::Transport* transport = nullptr;
  std::string region = {};
  std::string profile = {};
  // The profile was named by the program: the environment's own credentials and web identity are not asked, as the AWS
  // command line does with --profile.
  bool profile_is_explicit = false;
};

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
