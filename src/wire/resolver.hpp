// Resolver: names to addresses, without holding up the loop. The system's resolver cannot be interrupted, so each
// look-up has a thread of its own that nobody waits for; a look-up that ends after the resolver does is dropped.
#pragma once

#include "base/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drift::wire {

// An IPv4 or IPv6 address in words, "127.0.0.1" or "::1".
struct Address {
  std::string text = {};
  friend bool operator==(const Address&, const Address&) = default;
};

struct Resolved {
  std::vector<Address> addresses = {};
  std::string error = {};  // in words, when there is no address
};

class Resolver {
 public:
  using Done = std::function<void(Resolved)>;

  explicit Resolver(base::Loop& loop);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `done` runs on the loop, unless the resolver was gone before the look-up ended. An address in words resolves to
  // itself, at once. To be called on the loop.
  void resolve(const std::string& host, const Done& done);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace drift::wire
