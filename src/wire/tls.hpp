// TLS between plain text and what goes over the wire, without sockets: TlsContext is what all connections share
// (trusted authorities, at least TLS 1.2, verification always on), TlsSession is one connection's. For one thread at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace drift::wire {

class TlsContext {
 public:
  // `ca_bundle`: a PEM file with the authorities to trust; empty: the system's. Throws std::runtime_error in words.
  explicit TlsContext(const std::string& ca_bundle);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class TlsSession;
  struct State;
  std::unique_ptr<State> state_;
};

class TlsSession {
 public:
  enum class Step : std::uint8_t {
    done,    // the handshake is complete; bytes were read
    more,    // bytes from the network are needed to go on
    closed,  // the other side said goodbye
    failed,  // see error()
  };

  // A client's session with `host`, a name or an address, which the server's certificate must be for.
  TlsSession(const TlsContext& context, const std::string& host);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Step handshake();
  // Takes what has come from the network.
  void feed(std::string_view bytes);
  // Gives plain text: done (`size` > 0 bytes of it), more, closed, failed.
  Step read(std::span<char> room, std::size_t& size);
  // True iff read() may give more than it has given from what was fed.
  [[nodiscard]] bool holds_more() const noexcept;
  // Takes plain text to be sent. After the handshake only. False: failed.
  bool write(std::string_view text);

  // What is to be sent over the network, and how much of that has been sent.
  [[nodiscard]] std::string_view outgoing() const noexcept;
  void sent(std::size_t bytes);

  // What is wrong and what to do about it: "the certificate of example.org expired on ...".
  [[nodiscard]] const std::string& error() const noexcept;

 private:
  struct State;
  Step judge(int result);
  std::unique_ptr<State> state_;
};

}  // namespace drift::wire
