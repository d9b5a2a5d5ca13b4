// Transport: the one door to the network. It sends one HTTP/1.1 request and gives back one complete answer, or says
// how far it got; it never sends a request twice. Retrying is the client's business (src/client).
//
// `send` may be called from any thread. Completions run on the transport's loop, each exactly once, never inside
// `send`; they let no exception out. A transport that is destroyed first completes all that is under way as cancelled.
#pragma once

#include "base/loop.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace drift::wire {

struct Endpoint {
  bool tls = true;
  std::string host = {};
  std::uint16_t port = 443;

  // "host" or "host:port" where the port is not the scheme's own: the Host header.
  [[nodiscard]] std::string authority() const;
  // "https://host:port" without the scheme's own port.
  [[nodiscard]] std::string url() const;
  // Reads "http://host[:port][/]", host a name, an IPv4 or a bracketed IPv6 address. Empty when it is not of this form.
  static std::optional<Endpoint> parse(std::string_view url);
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated comparison with 0 for a null pointer
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct Request {
  Endpoint endpoint = {};
  std::string method = "POST";
  std::string target = "/";  // path and query
  std::string headers = {};  // "name: value\r\n" for each, Host included; Content-Length is added by the transport
  std::string body = {};
  std::chrono::milliseconds connect_timeout{3'000};  // name, TCP and TLS together
  std::chrono::milliseconds answer_timeout{20'000};  // from the first byte sent to the last one received
  std::size_t answer_bytes_max = std::size_t{32} << 20U;
  std::stop_token stop = {};  // completes the request with Failure::Kind::cancelled
};

struct Response {
  int status = 0;
  std::string headers = {};  // as received, "Name: value\r\n" for each
  std::string body = {};     // whole

  // The value of a header, its name compared without case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

// Why there is no answer. `maybe_executed` is true iff at least one byte of the request may have left this machine.
struct Failure {
  enum class Kind : std::uint8_t { resolve, connect, tls, timeout, lost, malformed, too_large, cancelled };
  Kind kind = Kind::lost;
  bool maybe_executed = false;
  std::string message = {};  // "connection to 127.0.0.1:8000 refused"
};

using Answer = std::variant<Response, Failure>;

class Transport {
 public:
  using Completion = std::function<void(Answer)>;

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual void send(Request request, Completion done) = 0;
  // The loop on which completions run.
  [[nodiscard]] virtual base::Loop& loop() = 0;
};

// Finds a header in a block of "Name: value\r\n" lines, its name compared without case.
std::string_view find_header(std::string_view headers, std::string_view name) noexcept;

}  // namespace drift::wire
