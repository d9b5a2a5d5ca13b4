#include "client/http_fetch.hpp"

#include <algorithm>
#include <future>
#include <utility>
#include <variant>

namespace drift::client {

std::optional<Url> parse_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::size_t path = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  auto endpoint = wire::Endpoint::parse(url.substr(0, path));
  if (!endpoint) return std::nullopt;
  std::string target(url.substr(path, url.find('#', path) - path));
  // It goes into the request line as it is.
  const auto is_bad = [](char c) { return c <= ' ' || c == '\x7f'; };
  if (std::any_of(target.begin(), target.end(), is_bad)) return std::nullopt;
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  return Url{.endpoint = std::move(*endpoint), .target = std::move(target)};
}

wire::Answer fetch(wire::Transport& transport, wire::Request request) {
  std::promise<wire::Answer> promise;
  std::future<wire::Answer> future = promise.get_future();
  transport.send(std::move(request), [&promise](wire::Answer answer) { promise.set_value(std::move(answer)); });
  return future.get();
}

std::string failure_text(const wire::Answer& answer) {
  if (const auto* failure = std::get_if<wire::Failure>(&answer)) return failure->message;
  return "HTTP status " + std::to_string(std::get<wire::Response>(answer).status);
}

}  // namespace drift::client
