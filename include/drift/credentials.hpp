// Credentials and where they come from. CredentialsProvider is the seam for programs that already have a way of their
// own (the AWS SDK, a vault): derive from it and pass it in ClientOptions::credentials.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace drift {

struct Credentials {
  std::string access_key_id = {};
  std::string secret_access_key = {};
  std::string session_token = {};                                    // empty: none
  std::optional<std::chrono::system_clock::time_point> expiry = {};  // absent: they do not expire
};

// Implementations must allow calls from several threads at once.
class CredentialsProvider {
 public:
  CredentialsProvider() = default;
  CredentialsProvider(const CredentialsProvider&) = delete;
  CredentialsProvider& operator=(const CredentialsProvider&) = delete;
  virtual ~CredentialsProvider() = default;

  // The credentials to sign with now. Called once when a client first needs them, again before they expire, and once
  // after the server has called them expired. May block; the client calls it off its network thread. Throws Error
  // (code "CredentialsError") when there are none.
  virtual Credentials credentials() = 0;
};

// The same credentials for ever.
std::shared_ptr<CredentialsProvider> static_credentials(std::string access_key_id, std::string secret_access_key,
                                                        std::string session_token = {});

}  // namespace drift
