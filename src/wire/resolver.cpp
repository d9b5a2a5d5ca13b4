// getaddrinfo, on a thread of its own for each look-up.
#include "wire/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace drift::wire {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const std::string without_zone = host.substr(0, host.find('%'));
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) == 1;
}

std::string describe(int code) {
  if (code == EAI_SYSTEM) return std::generic_category().message(errno);
  return ::gai_strerror(code);
}

Resolved look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) {  // AI_ADDRCONFIG hides "localhost" on a machine that has only the loopback interface
    hints.ai_flags = 0;
    code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  }
  if (code != 0) return Resolved{{}, describe(code)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  Resolved resolved;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    Address address{text.data()};
    if (std::ranges::find(resolved.addresses, address) == resolved.addresses.end())
      resolved.addresses.push_back(std::move(address));
  }
  if (resolved.addresses.empty()) resolved.error = "it has no address";
  return resolved;
}

}  // namespace

struct Resolver::Shared {
  std::mutex mutex = {};
  base::Loop* loop = nullptr;  // null when the resolver is gone

  void deliver(const Done& done, Resolved resolved) {
    const std::lock_guard lock(mutex);
    if (loop == nullptr) return;
    loop->post([done, result = std::move(resolved)] { done(result); });
  }
};

Resolver::Resolver(base::Loop& loop) : shared_(std::make_shared<Shared>()) { shared_->loop = &loop; }

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->loop = nullptr;
}

void Resolver::resolve(const std::string& host, const Done& done) {
  if (is_address(host)) return done(Resolved{{Address{host}}, {}});
  try {
    std::thread([shared = shared_, host, done] { shared->deliver(done, look_up(host)); }).detach();
  } catch (const std::system_error& error) {
    shared_->deliver(done, Resolved{{}, std::string("no thread to look it up: ") + error.what()});
  }
}

}  // namespace drift::wire
