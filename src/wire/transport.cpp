// What is common to all transports: endpoints in words, and headers found in a block of them.
#include "wire/transport.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>

namespace drift::wire {
namespace {

constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

bool is_host_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_ipv6_character(char c) noexcept {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.' || c == '%';
}

// Takes the host from the front of `rest`; empty when there is none. Brackets are not part of it.
std::string_view take_host(std::string_view& rest) noexcept {
  if (!rest.empty() && rest.front() == '[') {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return {};
    const auto host = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    const bool valid = host.find(':') != std::string_view::npos && std::ranges::all_of(host, is_ipv6_character);
    return valid ? host : std::string_view{};
  }
  const auto end = std::ranges::find_if_not(rest, is_host_character);
  const auto host = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(host.size());
  return host;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) noexcept {
  const auto port = base::parse_uint64(digits);
  if (!port || *port == 0 || *port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

}  // namespace

std::string Endpoint::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text;
  if (ipv6) text += '[';
  text += host;
  if (ipv6) text += ']';
  if (port != (tls ? https_port : http_port)) text.append(":").append(std::to_string(port));
  return text;
}

std::string Endpoint::url() const { return (tls ? "https://" : "http://") + authority(); }

std::optional<Endpoint> Endpoint::parse(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto scheme = url.substr(0, scheme_end);
  Endpoint endpoint;
  endpoint.tls = base::equals_ignoring_case(scheme, "https");
  if (!endpoint.tls && !base::equals_ignoring_case(scheme, "http")) return std::nullopt;
  endpoint.port = endpoint.tls ? https_port : http_port;

  const std::string lower = base::lowercase(url.substr(scheme_end + 3));
  std::string_view rest(lower);
  const auto host = take_host(rest);
  if (host.empty()) return std::nullopt;
  endpoint.host = host;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty()) return endpoint;
  if (rest.front() != ':') return std::nullopt;
  const auto port = parse_port(rest.substr(1));
  if (!port) return std::nullopt;
  endpoint.port = *port;
  return endpoint;
}

std::string_view find_header(std::string_view headers, std::string_view name) noexcept {
  while (!headers.empty()) {
    const auto line = headers.substr(0, headers.find("\r\n"));
    headers.remove_prefix(std::min(headers.size(), line.size() + 2));
    if (line.size() > name.size() && line[name.size()] == ':' &&
        base::equals_ignoring_case(line.substr(0, name.size()), name))
      return base::trim(line.substr(name.size() + 1));
  }
  return {};
}

std::string_view Response::header(std::string_view name) const noexcept { return find_header(headers, name); }

}  // namespace drift::wire
