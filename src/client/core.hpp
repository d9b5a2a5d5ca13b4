// ClientCore: what Client and the run engine share: how a request is signed, sent, judged and sent again. The one retry
// loop of drift is here. Methods may be called from any thread; completions run on the transport's loop.
#pragma once

#include "base/clock.hpp"
#include "client/credential_cache.hpp"
#include "client/operation.hpp"
#include "client/retry.hpp"
#include "wire/transport.hpp"

#include <drift/client.hpp>
#include <drift/error.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace drift::client {

struct CoreState;

struct CallOptions {
  // 0: the client's. Negative: the client's for attempts that fail one after the other, but throttling and conflicts
  // are waited out for as long as they last.
  int attempts_max = 0;
  std::stop_token stop = {};    // gives up: between attempts at once, in an attempt with "AnswerLost" or "Cancelled"
  std::string_view table = {};  // named in an error; must outlive the call
  // Asked on the loop before every attempt but the first: while it says no, the call waits. Empty: it always may.
  std::function<bool()> may_send = {};
  // An attempt that the server throttled ends the call: the caller decides when there is another one.
  bool gives_back_throttling = false;
};

// What became of a call.
struct CallResult {
  std::string body = {};  // the answer's JSON, CRC checked; empty when there is an error
  std::optional<Error> error = {};
  std::string error_body = {};  // of a refusal: its JSON (CancellationReasons, the Item of a failed condition)
  std::uint32_t attempts = 0;
  std::uint32_t throttled = 0;  // how many of them the server refused for now
  // The last attempt was throttled, and the call given back for that: the error is the throttling's.
  bool given_back = false;
};

class ClientCore {
 public:
  using Done = std::function<void(CallResult)>;

  struct Settings {
    std::string region = {};
    wire::Endpoint endpoint = {};
    std::string endpoint_url = {};  // filled in from `endpoint`
    std::shared_ptr<CredentialsProvider> credentials = {};
    RetryPolicy retry = {};
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds request_timeout{20'000};
    std::size_t connections_max = 256;
    std::uint64_t random_seed = 0;                   // of the jitter; 0: from the system
    CredentialCache::RunBlocking run_blocking = {};  // where credentials are asked for; empty: on a thread
  };

  // Finds everything that `options` leaves empty. Throws Error (code "NoRegion", "ConfigError").
  explicit ClientCore(const ClientOptions& options);
  // With a given transport: tests, simulations.
  ClientCore(Settings settings, std::shared_ptr<wire::Transport> transport);
  // The same client once more, whose calls are given up when `stop` is requested unless they have a token of their own.
  // This one outlives it.
  [[nodiscard]] std::unique_ptr<ClientCore> given_up_at(std::stop_token stop) const;
  // The same, and it reads only: every other operation is an Error (code "ReadOnly", naming operation and table) before
  // anything is signed or sent. So are the views of the view, and what is refused to them counts as refused to this.
  [[nodiscard]] std::unique_ptr<ClientCore> reading_only(std::stop_token stop = {}) const;
  // Of a view that reads only: the first error of that kind since the last call, which its caller may have kept to
  // itself; for any thread.
  [[nodiscard]] std::optional<Error> take_refused();
  // No call may be in flight. Not on the loop's thread.
  ~ClientCore();
  ClientCore(const ClientCore&) = delete;
  ClientCore& operator=(const ClientCore&) = delete;

  // Starts a call; `done` runs once, on the loop, never before this returns. `operation` is copied.
  void start(const Operation& operation, std::string body, CallOptions options, Done done);
  // The same, waiting. Not to be called on the loop's thread.
  CallResult ask(const Operation& operation, std::string body, const CallOptions& options = {});
  // The same; the answer's JSON. Throws the error.
  std::string call(const Operation& operation, std::string body, const CallOptions& options = {});

  [[nodiscard]] base::Loop& loop() noexcept;
  [[nodiscard]] const Settings& settings() const noexcept;

 private:
  struct Refused {
    std::mutex mutex = {};
    std::optional<Error> first = {};
  };
  ClientCore(const ClientCore& of, std::stop_token stop, std::shared_ptr<Refused> refused);

  std::shared_ptr<wire::Transport> transport_;  // first: `state_` refers to it
  std::shared_ptr<CoreState> state_;
  std::stop_token stop_ = {};
  std::shared_ptr<Refused> refused_ = {};  // null: it may write
  bool is_view_ = false;
};

}  // namespace drift::client
