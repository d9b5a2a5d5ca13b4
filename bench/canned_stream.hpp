// CannedStream: one connection of the canned server, plain or TLS, without blocking. TLS is OpenSSL's as it comes: its
// newest version and its first choice of ciphers. For one thread.
#pragma once

#include <openssl/types.h>

#include <sys/types.h>

#include <memory>
#include <span>
#include <string_view>

namespace drift::testing {
struct KeyPair;
}

namespace drift::bench {

struct TlsFree {
  void operator()(SSL* session) const noexcept;
  void operator()(SSL_CTX* context) const noexcept;
};
using TlsServerContext = std::unique_ptr<SSL_CTX, TlsFree>;

// What the TLS connections of a server share. Throws std::runtime_error.
TlsServerContext make_tls_server(const testing::KeyPair& certificate);

class CannedStream {
 public:
  // Owns the socket. `tls`: null for a plain one.
  CannedStream(int socket, SSL_CTX* tls);
  ~CannedStream();
  CannedStream(const CannedStream&) = delete;
  CannedStream& operator=(const CannedStream&) = delete;

  [[nodiscard]] int socket() const noexcept { return socket_; }
  // Bytes moved; 0: the other side has ended it, or it broke; negative: nothing for now.
  ssize_t receive(std::span<char> room);
  ssize_t send(std::string_view text);
  // True iff bytes have come off the socket that receive() has not given out.
  [[nodiscard]] bool holds_more() const noexcept;

 private:
  ssize_t judge(int result) const;

  const int socket_;
  const std::unique_ptr<SSL, TlsFree> tls_;
};

}  // namespace drift::bench
