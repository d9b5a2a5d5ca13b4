// HttpServer: a small HTTP/1.1 server on the loopback, plain or TLS, that does what a test says, mostly what a server
// should not: delays, cuts, garbage, bytes one by one. A thread for each connection; the handler is called on these,
// one call at a time. Everything may be called from any thread.
#pragma once

#include "support/certificate.hpp"
#include "wire/transport.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::testing {

struct ServedRequest {
  std::string method = {};
  std::string target = {};
  std::string headers = {};  // "Name: value\r\n" for each
  std::string body = {};
  std::size_t connection = 0;  // counted from 0, in the order in which they were accepted
  std::size_t ordinal = 0;     // within the connection, from 0

  [[nodiscard]] std::string_view header(std::string_view name) const { return wire::find_header(headers, name); }
};

// What the server does about a request.
struct Reply {
  std::string bytes = {};                       // sent as they stand, head included
  std::size_t piece_bytes = 0;                  // each so many bytes are a segment of their own; 0: all at once
  std::chrono::milliseconds delay{0};           // before anything is sent; the server's end cuts it short
  std::chrono::milliseconds between_pieces{0};  // as well
  bool never = false;                           // nothing is sent, and the connection stays open until the server's end
  bool close = false;                           // closes the connection afterwards
  bool reset = false;                           // ends it with a reset instead
  bool cut = false;                             // ends it without TLS's goodbye, as an attacker could
};

// "HTTP/1.1 <status> X", a Content-Length, `headers` ("name: value\r\n" for each), the body.
Reply reply(int status, std::string_view body, std::string_view headers = {});
// The same body in chunks of this size.
Reply chunked_reply(int status, std::string_view body, std::size_t chunk_bytes);

class HttpServer {
 public:
  using Handler = std::function<Reply(const ServedRequest&)>;

  struct Options {
    std::optional<KeyPair> certificate = {};  // with one: TLS
    int tls_version_max = 0;                  // as OpenSSL's constants; 0: the newest
    // Before anything is read from a connection, by its number: true closes it.
    std::function<bool(std::size_t)> close_on_accept = {};
    // How much of a request is read before the handler is called: false reads the head alone.
    bool read_body = true;
  };

  // Listens on a free port of 127.0.0.1.
  explicit HttpServer(Handler handler);
  HttpServer(Handler handler, Options options);
  // Closes all connections.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] wire::Endpoint endpoint() const;
  [[nodiscard]] std::vector<ServedRequest> requests() const;
  [[nodiscard]] std::size_t connections() const;  // accepted so far
  // Waits until so many connections are open; false when that does not come about within half a minute.
  [[nodiscard]] bool wait_for_open_connections(std::size_t count) const;
  // Closes every connection that is open now; the server goes on to listen.
  void close_connections();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace drift::testing
