// What must be in no message: a server may answer with what it was sent.
#pragma once

#include <drift/credentials.hpp>

#include <string>

namespace drift::client {

// `text` with "***" in place of the secret key and the session token. One of less than 16 characters is none that a
// service gave out ("local"), and stays.
std::string without_secrets(std::string text, const Credentials& credentials);

}  // namespace drift::client
