// LeaseKeeper: renews a lease that was taken, on the client's loop, until it is ended or lost. The part of LeaseHolder
// that lives on the loop; LeaseHolder says what a lease is.
//
// A renewal grows the row's Beat under the condition that the token is ours, so one that is delayed on the network
// changes nothing once a later one, a release or another owner was there, and repeating one is harmless.
#pragma once

#include "client/core.hpp"
#include "migrate/lease_holder.hpp"

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace drift::migrate {

class LeaseKeeper : public std::enable_shared_from_this<LeaseKeeper> {
 public:
  // A lease that was taken by a request that was sent at `sent`.
  struct Taken {
    std::uint64_t number = 0;
    std::uint64_t token = 0;
    std::string run_id = {};
    base::BootTime sent{};
    bool renew_now = false;
  };

  LeaseKeeper(Client& client, std::string run_table, LeaseTimes times, Taken taken, LeaseHolder::OnLost on_lost);

  void start();
  // Returns when no renewal is under way and none will follow. Not on the loop's thread.
  void end();
  // Any thread.
  void name_run(std::string run_id);
  [[nodiscard]] bool may_send() const noexcept { return clock_.boot().count() < send_until_; }
  [[nodiscard]] bool is_lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return taken_.number; }
  [[nodiscard]] std::uint64_t token() const noexcept { return taken_.token; }

 private:
  void renew_after(std::chrono::nanoseconds delay);
  void renew();
  void receive(const client::CallResult& result);
  void lose(Error::Details details);
  void extend(base::BootTime sent) noexcept;
  [[nodiscard]] std::string request();
  // Who has the lease instead, from the row that came with the failed condition.
  [[nodiscard]] std::string heir(const client::CallResult& result) const;

  client::ClientCore& core_;
  const base::Clock& clock_;
  const std::string run_table_;
  const LeaseTimes times_;
  const Taken taken_;
  const base::BootTime usable_;  // how long after a renewal was sent requests may leave
  std::atomic<std::int64_t> send_until_;
  std::atomic<bool> lost_ = false;

  std::mutex mutex_;
  std::string run_id_;

  // The loop's.
  LeaseHolder::OnLost on_lost_;
  std::uint64_t beat_ = 0;
  base::BootTime sent_{};
  std::optional<base::BootTime> failing_since_;
  std::optional<base::Loop::TimerId> next_;
  std::optional<base::Loop::TimerId> give_up_;
  std::stop_source stop_{std::nostopstate};
  bool in_flight_ = false;
  std::optional<std::promise<void>> ended_;
};

}  // namespace drift::migrate
