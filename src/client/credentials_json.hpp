// Credentials as the container endpoint, the instance metadata service and credential_process write them: one JSON
// object with AccessKeyId, SecretAccessKey, Token (or SessionToken) and Expiration.
#pragma once

#include <drift/credentials.hpp>

#include <string>
#include <string_view>

namespace drift::client {

// Throws Error (code "CredentialsError") that names `source` and never quotes the text, which is secret.
Credentials parse_credentials_json(std::string_view json, const std::string& source);

// The error of a source that is configured, but gives none.
[[noreturn]] void throw_credentials_error(const std::string& source, const std::string& why,
                                          const std::string& next_step = {});

}  // namespace drift::client
