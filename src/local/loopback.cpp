// See loopback.hpp.
#include "local/loopback.hpp"

#include "local/guarded_process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <string_view>

namespace drift::local {

namespace {

sockaddr_in loopback(std::uint16_t port) noexcept {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) noexcept { return reinterpret_cast<const sockaddr*>(&address); }

Descriptor open_socket() noexcept { return Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

}  // namespace

std::uint16_t free_port() noexcept {
  const Descriptor probe = open_socket();
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(probe.get(), generic(address), size) != 0) return 0;
  if (getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

bool answers(std::uint16_t port, int patience_ms) noexcept {
  const Descriptor connection = open_socket();
  const timeval patience{patience_ms / 1000, patience_ms % 1000 * 1000L};
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in address = loopback(port);
  if (connect(connection.get(), generic(address), sizeof address) != 0) return false;
  constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  if (send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) return false;
  constexpr std::string_view expected = "HTTP/1.1 200";
  char received[expected.size()];
  const ssize_t got = recv(connection.get(), received, sizeof received, MSG_WAITALL);
  return got == std::ssize(expected) && std::string_view(received, sizeof received) == expected;
}

}  // namespace drift::local
