// One HTTP request for a credentials source, waiting for its answer. Never on the loop's thread.
#pragma once

#include "wire/transport.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace drift::client {

struct Url {
  wire::Endpoint endpoint = {};
  std::string target = "/";  // path and query
};

// "http://169.254.170.2/v2/credentials?id=1". Empty when it is not an http or https URL.
std::optional<Url> parse_url(std::string_view url);

// Sends `request` once.
wire::Answer fetch(wire::Transport& transport, wire::Request request);

// A few words on an answer that is no 200: "HTTP status 404", or the transport's own.
std::string failure_text(const wire::Answer& answer);

}  // namespace drift::client
