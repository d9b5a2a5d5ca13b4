// LeaseHolder: takes a migration's lease, keeps it, and gives it back, so that one process at a time runs a migration.
// It prevents waste; safety rests on guards, stamps, markers and generations, because a process that was stopped
// between its check and its send will send when it wakes.
//
// A lease is free when there is no row, when it was given back, when its owner is a process of this machine that has
// ended, or when its row has not changed for a whole lease as seen by this process's own clock, the one that also runs
// while the machine sleeps. Clocks are never compared between machines. Taking grows the fencing token by one, under
// the condition that the row is still exactly as it was seen.
//
// acquire() and release() wait, on any thread but the loop's; renewals run on the client's loop. may_send(), token()
// and check() may be called from any thread. The Client outlives the holder.
#pragma once

#include "migrate/host_identity.hpp"

#include <drift/client.hpp>
#include <drift/error.hpp>
#include <drift/lease.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace drift::migrate {

struct LeaseTimes {
  std::chrono::milliseconds lease{30'000};
  std::chrono::milliseconds renew{5'000};
  std::chrono::milliseconds poll{1'000};  // while somebody else has it
};

class LeaseHolder {
 public:
  // Called at most once, on the loop; code "LeaseLost". Nothing may be sent any more.
  using OnLost = std::function<void(const Error&)>;

  LeaseHolder(Client& client, std::string run_table, ProcessIdentity who = this_process(), LeaseTimes times = {});
  // Gives back what is held.
  ~LeaseHolder();
  LeaseHolder(const LeaseHolder&) = delete;
  LeaseHolder& operator=(const LeaseHolder&) = delete;

  // Takes the lease of migration `number`, waiting for at most `lock_timeout` while somebody else has it, and begins to
  // renew it. False: stopped while waiting. Throws Error: "Locked", naming who has it, or what a call throws. Once.
  [[nodiscard]] bool acquire(std::uint64_t number, std::string run_id, std::chrono::milliseconds lock_timeout,
                             const std::stop_token& stop, OnLost on_lost);
  // The run's id, where it was not known when the lease was taken: written with the next renewal.
  void name_run(std::string run_id);
  // Ends the renewals and gives the lease back; the row keeps its token. on_lost is not called any more when this
  // returns. Never throws: a lease that could not be given back ends by itself. Harmless to repeat.
  void release() noexcept;

  // True while a request may leave: until the lease's end less the client's request time-out (less half a lease where
  // the time-out is as long as the lease), counted from when the last successful renewal was sent. False may become
  // true again: where nobody took the lease, a late renewal renews it. Costs one reading of a clock.
  [[nodiscard]] bool may_send() const noexcept;
  // The fencing token; 0 before acquire().
  [[nodiscard]] std::uint64_t token() const noexcept;
  // The condition for a transaction that this lease is held with this token.
  [[nodiscard]] TransactAction check() const;

 private:
  class Taking;
  void give_back();

  Client& client_;
  const std::string run_table_;
  const ProcessIdentity who_;
  const LeaseTimes times_;
  std::shared_ptr<class LeaseKeeper> keeper_;
  bool released_ = false;
};

}  // namespace drift::migrate
