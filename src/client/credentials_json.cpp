#include "client/credentials_json.hpp"

#include "base/text.hpp"
#include "client/timestamp.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <optional>

namespace drift::client {

void throw_credentials_error(const std::string& source, const std::string& why, const std::string& next_step) {
  throw Error({.code = "CredentialsError",
               .message = "No credentials from " + source + ": " + base::one_line(why, 400) + ".",
               .next_step = next_step});
}

Credentials parse_credentials_json(std::string_view json, const std::string& source) {
  Credentials credentials;
  std::optional<std::string> expiration;
  try {
    const auto object = value::JsonObject::parse(json);
    // The instance metadata service says so in a 200.
    const std::string code = object.string("Code").value_or("Success");
    if (code != "Success") throw_credentials_error(source, code + ": " + object.string("Message").value_or(""));
    credentials.access_key_id = object.string("AccessKeyId").value_or("");
    credentials.secret_access_key = object.string("SecretAccessKey").value_or("");
    auto token = object.string("Token");
    if (!token) token = object.string("SessionToken");
    credentials.session_token = std::move(token).value_or("");
    expiration = object.string("Expiration");
  } catch (const Error& error) {
    if (error.code() == "CredentialsError") throw;
    throw_credentials_error(source, "its answer is not the JSON object that was expected");
  }
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    throw_credentials_error(source, "its answer has no AccessKeyId or no SecretAccessKey");
  }
  if (expiration && !expiration->empty()) {
    credentials.expiry = parse_iso8601(*expiration);
    if (!credentials.expiry) throw_credentials_error(source, "its answer has an Expiration that is no time");
  }
  return credentials;
}

}  // namespace drift::client
