// CredentialCache: the credentials that a client signs with at the moment. Asks the provider off the loop, once at a
// time, however many calls wait for it; asks again in the background when what it has expires within five minutes. All
// methods are for the loop's thread, but for `close`.
#pragma once

#include "base/loop.hpp"

#include <drift/credentials.hpp>
#include <drift/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace drift::client {

class CredentialCache : public std::enable_shared_from_this<CredentialCache> {
 public:
  // Runs something that blocks, off the loop. Empty: on a thread of the cache's own.
  using RunBlocking = std::function<void(std::function<void()>)>;
  using Ready = std::function<void(const std::optional<Error>&)>;

  CredentialCache(std::shared_ptr<CredentialsProvider> provider, base::Loop& loop, RunBlocking run_blocking);
  ~CredentialCache();
  CredentialCache(const CredentialCache&) = delete;
  CredentialCache& operator=(const CredentialCache&) = delete;

  // The credentials to sign with at `now`, until the loop's next task; null when there are none yet: `when_ready`.
  const Credentials* current(base::SystemTime now);
  // Runs `ready` when `current` is worth another try, or with the provider's error; never before it returns.
  void when_ready(Ready ready);
  // Grows with each answer of the provider.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  // The server called the credentials of this generation expired: they are not used again. False when there are no
  // others and never will be.
  bool reject(std::uint64_t generation) noexcept;
  // A server's text without the secrets that may have been sent to it: of these credentials and those before them.
  [[nodiscard]] std::string without_secrets(std::string text) const;
  // Waits for a question to the provider that is under way. Call it while the loop still runs, not on it.
  void close() noexcept;

 private:
  struct Answer {
    std::optional<Credentials> credentials = {};
    std::optional<Error> error = {};
  };
  static Answer ask(CredentialsProvider& provider);
  void start_refresh();
  void finish_refresh(Answer answer);

  std::shared_ptr<CredentialsProvider> provider_;
  bool never_changes_;
  base::Loop& loop_;
  RunBlocking run_blocking_;
  std::jthread worker_;
  std::optional<Credentials> current_;
  std::optional<Credentials> before_;  // a request that was signed with them may still be under way
  std::uint64_t generation_ = 0;
  bool refreshing_ = false;
  base::SteadyTime next_refresh_{};  // not before this, while there is something to sign with
  std::vector<Ready> waiting_;
};

}  // namespace drift::client
