// FaultProxy: see the header.
#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace drift::testing {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool write_all(int to, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = send(to, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

FaultProxy::FaultProxy(const std::string& server, std::uint64_t seed)
    : server_port_(static_cast<std::uint16_t>(std::atoi(server.c_str() + server.rfind(':') + 1))), random_(seed) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      pipe2(wake_.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  endpoint_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  accepting_ = std::thread([this] { accept_all(); });
}

FaultProxy::~FaultProxy() {
  close(wake_[1]);
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
  close(wake_[0]);
  close(listener_);
}

void FaultProxy::accept_all() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
    poll(watched.data(), watched.size(), -1);
    if (watched[1].revents != 0) return;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    connections_.emplace_back([this, client, fate = choose()] { serve(client, fate); });
  }
}

// About one connection in three is left alone.
FaultProxy::Fate FaultProxy::choose() {
  constexpr std::size_t bytes_max = 6'000;
  constexpr int delay_max_ms = 900;
  Fate fate;
  fate.kind = static_cast<Fate::Kind>(random_() % 3);
  fate.direction = random_() % 2;
  fate.bytes = 1 + random_() % bytes_max;
  fate.delay_ms = static_cast<int>(random_() % delay_max_ms);
  return fate;
}

void FaultProxy::serve(int client, Fate fate) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  const std::array<int, 2> ends{client, server};
  bool goes_on = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  while (goes_on) {
    std::array<pollfd, 3> watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
    poll(watched.data(), watched.size(), -1);
    if (watched[2].revents != 0) break;
    for (std::size_t direction = 0; direction < 2 && goes_on; ++direction) {
      if (watched.at(direction).revents != 0) goes_on = forward(ends, direction, fate);
    }
  }
  close(client);
  close(server);
}

// False: the connection is over.
bool FaultProxy::forward(std::array<int, 2> ends, std::size_t direction, Fate& fate) {
  std::array<char, 16'384> part{};
  const ssize_t got = recv(ends.at(direction), part.data(), part.size(), 0);
  if (got <= 0) return false;
  const auto count = static_cast<std::size_t>(got);
  const int to = ends.at(1 - direction);
  if (fate.kind == Fate::Kind::none || fate.direction != direction || count < fate.bytes) {
    if (fate.direction == direction) fate.bytes -= std::min(fate.bytes, count);
    return write_all(to, part.data(), count);
  }
  const std::size_t before = std::min(fate.bytes, count);
  write_all(to, part.data(), before);
  if (fate.kind == Fate::Kind::cut) {
    ++cuts_;
    return false;
  }
  ++delays_;
  pollfd watched{wake_[0], POLLIN, 0};
  poll(&watched, 1, fate.delay_ms);
  fate.kind = Fate::Kind::none;
  return write_all(to, part.data() + before, count - before);
}

}  // namespace drift::testing
