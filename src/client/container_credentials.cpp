#include "client/container_credentials.hpp"

#include "base/text.hpp"
#include "client/credentials_json.hpp"
#include "client/retry.hpp"
#include "client/waiting.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <variant>

namespace drift::client {
namespace {

constexpr const char* source = "the container's credentials endpoint";
constexpr std::string_view ecs_endpoint = "http://169.254.170.2";
constexpr std::chrono::milliseconds timeout{2'000};
constexpr int attempts_max = 3;
constexpr std::chrono::milliseconds pause{500};

// The credentials travel in the clear over http, so only to where nobody else listens: this machine, and the link-local
// addresses of ECS and EKS (AWS SDKs reference guide, "Container credential provider").
bool is_allowed(const wire::Endpoint& endpoint) {
  constexpr std::array<std::string_view, 4> hosts{"169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"};
  if (endpoint.tls || endpoint.host == "::1" || endpoint.host.starts_with("127.")) return true;
  return std::find(hosts.begin(), hosts.end(), base::lowercase(endpoint.host)) != hosts.end();
}

bool is_temporary(const wire::Answer& answer) {
  const auto* response = std::get_if<wire::Response>(&answer);
  return response == nullptr || response->status >= 500 || response->status == 429;
}

}  // namespace

std::optional<Credentials> ContainerCredentials::find() {
  std::optional<std::string> text;
  if (const auto relative = scope_.environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    text = std::string(ecs_endpoint) + *relative;
  } else {
    text = scope_.environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  if (!text) return std::nullopt;
  const Url url = checked_url(*text);
  wire::Request request;
  request.endpoint = url.endpoint;
  request.method = "GET";
  request.target = url.target;
  request.headers = "host: " + url.endpoint.authority() + "\r\naccept: application/json\r\n" + authorization();
  request.connect_timeout = timeout;
  request.answer_timeout = timeout;
  wire::Answer answer = fetch(*scope_.transport, request);
  for (int attempt = 1; attempt < attempts_max && is_temporary(answer); ++attempt) {
    wait_for(scope_.transport->loop(), pause);
    answer = fetch(*scope_.transport, request);
  }
  const auto* response = std::get_if<wire::Response>(&answer);
  if (response == nullptr || response->status != 200) {
    throw_credentials_error(source, url.endpoint.url() + ": " + failure_text(answer));
  }
  return parse_credentials_json(response->body, source);
}

Url ContainerCredentials::checked_url(const std::string& text) const {
  auto url = parse_url(text);
  if (!url) throw_credentials_error(source, "\"" + base::without_user_info(text) + "\" is no URL");
  if (!is_allowed(url->endpoint)) {
    throw_credentials_error(source, "AWS_CONTAINER_CREDENTIALS_FULL_URI names host " + url->endpoint.host +
                                        ", to which credentials do not go over plain http");
  }
  return std::move(*url);
}

std::string ContainerCredentials::authorization() const {
  std::optional<std::string> token;
  if (const auto file = scope_.environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    token = scope_.environment.read_file(*file);
    if (!token) {
      throw_credentials_error(source, "the file " + *file + " (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) cannot be read");
    }
  } else {
    token = scope_.environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }
  if (!token) return {};
  const std::string_view value = base::trim(*token);
  if (value.find_first_of("\r\n") != std::string_view::npos) {
    throw_credentials_error(source, "the authorization token has more than one line");
  }
  return "authorization: " + std::string(value) + "\r\n";
}

}  // namespace drift::client
