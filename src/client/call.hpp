// Call: one call's way through the retry loop, from its first attempt to its result. The one place where drift decides
// whether a request is sent again:
//
//   certainly not executed (not sent, throttled, a conflict)      again, after a wait
//   lost, damaged or timed out, 500, 503: a read                  again, after a wait
//   the same: a write                                             never: Error with in_doubt()
//   the same: a write with a token                                again, while the server remembers the token
//   credentials called expired; the clock found to be off         again at once, each at most once
//   anything else that the server refused                         never
//
// An endpoint that has never answered is more likely misspelt than down for a moment: the person who waits for the
// first call hears of it after a few attempts.
//
// Lives on the loop; its timers and the transport's completions keep it.
#pragma once

#include "client/answer.hpp"
#include "client/core.hpp"
#include "client/core_state.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace drift::client {

struct CallContext;

class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<CoreState> state, const Operation& operation, std::string body, CallOptions options,
       ClientCore::Done done);

  // Once, on the loop. `done` does not run before this returns.
  void begin();

 private:
  void attempt();
  void send(const Credentials& credentials);
  void wait_for_credentials();
  void receive(wire::Answer answer);
  // True iff repeating what may have been executed changes nothing.
  [[nodiscard]] bool repeats_safely() const;
  // True iff the attempt that came to this may be followed by another one after a wait.
  [[nodiscard]] bool may_repeat(const Verdict& verdict) const;
  [[nodiscard]] bool is_stopped(const Verdict& verdict) const;
  // True iff what an attempt came to is mended, so that the next one may be made at once.
  bool mend(const Verdict& verdict);
  bool mend_clock(const Verdict& verdict);
  bool mend_credentials();
  [[nodiscard]] bool attempts_left(const Verdict& verdict) const noexcept;
  void count_fruitless(const Verdict& verdict) noexcept;
  // True iff this attempt may have been executed, and it matters.
  [[nodiscard]] bool is_in_doubt(const Verdict& verdict) const;
  void wait_then_attempt();
  void fail(const Verdict& verdict);
  void finish(std::optional<Error> error);

  // While the call waits and nothing is in flight, its stop_token ends it at once.
  void watch_stop();
  void stop_waiting();

  [[nodiscard]] CallContext context() const;

  const std::shared_ptr<CoreState> state_;
  const Operation operation_;
  const std::string body_;
  const CallOptions options_;
  ClientCore::Done done_;
  CallResult result_;
  base::SystemTime signed_at_{};
  std::uint64_t generation_ = 0;  // of the credentials that the last attempt was signed with
  base::SteadyTime begun_{};
  std::uint32_t fruitless_ = 0;  // attempts that count towards the most allowed
  bool in_doubt_ = false;        // an attempt so far may have been executed
  bool clock_mended_ = false;
  bool credentials_mended_ = false;
  bool waiting_ = false;
  std::optional<base::Loop::TimerId> timer_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace drift::client
