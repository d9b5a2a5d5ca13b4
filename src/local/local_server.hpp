// LocalServer: a DynamoDB of one's own on this machine, for tests, the demo and benchmarks: finds the dynoxide program,
// starts it on a free loopback port, waits until it answers, and ends it when this object ends, or when this process
// does, however it ends (kill -9 too). The library does not need it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace drift::local {

struct LocalServerOptions {
  std::filesystem::path program = {};   // empty: $DRIFT_DYNOXIDE, then `dynoxide` on PATH, then the user's cache
  std::filesystem::path database = {};  // a file that keeps its tables; empty: in memory
  std::uint16_t port = 0;               // 0: a free one
};

class LocalServer {
 public:
  // Where the program is, or an empty optional; never throws.
  static std::optional<std::filesystem::path> find_program();

  // Returns when the server answers. Throws Error (code "LocalServer"): no program found (saying what to do), it ended
  // at once (with what it printed), or it did not answer within 10 s.
  explicit LocalServer(const LocalServerOptions& options = {});
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  [[nodiscard]] std::string endpoint() const;  // "http://127.0.0.1:41234"
  [[nodiscard]] int pid() const noexcept;
  // False when the server has died; failure() then says how, with the last lines that it printed.
  [[nodiscard]] bool running();
  [[nodiscard]] std::string failure();
  // Ends it now and waits for it.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drift::local
