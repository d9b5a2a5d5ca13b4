#include "client/environment_credentials.hpp"

#include "base/text.hpp"

#include <drift/error.hpp>

#include <chrono>

namespace drift::client {

std::optional<Credentials> EnvironmentCredentials::find() {
  auto key = environment_.variable("AWS_ACCESS_KEY_ID");
  if (!key) return std::nullopt;
  auto secret = environment_.variable("AWS_SECRET_ACCESS_KEY");
  if (!secret) {
    throw Error({.code = "CredentialsError",
                 .message = "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.",
                 .next_step = "Set both, or neither."});
  }
  return Credentials{.access_key_id = std::move(*key),
                     .secret_access_key = std::move(*secret),
                     .session_token = environment_.variable("AWS_SESSION_TOKEN").value_or("")};
}

}  // namespace drift::client
