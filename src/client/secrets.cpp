#include "client/secrets.hpp"

#include <cstddef>
#include <string_view>

namespace drift::client {

std::string without_secrets(std::string text, const Credentials& credentials) {
  constexpr std::size_t characters_min = 16;
  constexpr std::string_view shown = "***";
  for (const std::string* secret : {&credentials.session_token, &credentials.secret_access_key}) {
    if (secret->size() < characters_min) continue;
    for (std::size_t at = 0; (at = text.find(*secret, at)) != std::string::npos; at += shown.size()) {
      text.replace(at, secret->size(), shown);
    }
  }
  return text;
}

}  // namespace drift::client
