// CannedServer: an HTTP/1.1 server for benchmarks, a process of its own on the last of the processor's cores, which
// gives the answers of CannedAnswers to any number of keep-alive connections. It costs next to nothing, so that what is
// measured is the client; and it says how busy it was, because above 80 % of its core it would be the server that is
// measured. It ends with its owner, however that ends.
#pragma once

#include "bench/canned_answers.hpp"
#include "support/certificate.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace drift::bench {

class CannedServer {
 public:
  enum class Scheme : std::uint8_t { http, https };
  struct Work {
    double load = 0;               // the share of its core that it used from its first request to its last one, 0 to 1
    std::size_t most_waiting = 0;  // requests at once whose answers were delayed
  };

  // Answers come `delay` after their requests. Must be made before the process has threads: it forks. Throws
  // std::system_error.
  explicit CannedServer(const CannedTable& table, std::chrono::milliseconds delay = {}, Scheme scheme = Scheme::http);
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  ~CannedServer() { stop(); }

  [[nodiscard]] std::string endpoint() const;
  // Of https: a file with the authority that the server's certificate, made for this server, is signed by. Else empty.
  [[nodiscard]] std::string ca_bundle() const;
  // Ends it. What it did; nothing when it has ended before.
  Work stop() noexcept;

 private:
  pid_t process_ = 0;
  int owner_end_ = -1;  // of the socket pair: the server ends when this closes, after telling its load
  int port_ = 0;
  std::optional<testing::TemporaryFile> authority_;
};

// For a profiler: prints where the server is, and what it did when standard input has ended. What main returns.
int serve_until_end_of_input(CannedServer& server);

// Pins this process to all cores but the server's, where there is more than one.
void leave_core_to_server() noexcept;

}  // namespace drift::bench
