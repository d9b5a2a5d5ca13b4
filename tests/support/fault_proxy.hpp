// FaultProxy: a TCP proxy on the loopback between clients and a server, which spoils some of the connections, at random
// and from a seed: cut after any number of bytes of a request or of an answer, or held up there for up to a second. A
// request that is held up is delivered although its client has gone. Threads of its own, which end with it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace drift::testing {

class FaultProxy {
 public:
  // `server`: "http://127.0.0.1:<port>". Throws std::runtime_error when it cannot listen.
  FaultProxy(const std::string& server, std::uint64_t seed);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  [[nodiscard]] std::uint64_t cuts() const { return cuts_; }
  [[nodiscard]] std::uint64_t delays() const { return delays_; }

 private:
  struct Fate {
    enum class Kind : std::uint8_t { none, cut, delay } kind = Kind::none;
    std::size_t direction = 0;  // 0: of requests, 1: of answers
    std::size_t bytes = 0;      // that pass before it
    int delay_ms = 0;
  };

  void accept_all();
  void serve(int client, Fate fate);
  bool forward(std::array<int, 2> ends, std::size_t direction, Fate& fate);
  Fate choose();

  const std::uint16_t server_port_;
  std::string endpoint_;
  int listener_ = -1;
  std::array<int, 2> wake_{-1, -1};  // readable when all has to end
  std::atomic<std::uint64_t> cuts_ = 0;
  std::atomic<std::uint64_t> delays_ = 0;
  std::mt19937_64 random_;  // the accepting thread's
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace drift::testing
