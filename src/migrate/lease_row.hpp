// The lease's row of the run table, and what is done under its token. A row is never removed, so that its fencing token
// only grows. Free functions, for several threads at once.
//
//   Part "lease", Sort <number, 20 digits>
//   Token      the fencing token
//   Beat       grows with each renewal; with Token it tells whether the row is as it was seen
//   Nonce      of the taking: tells an owner whose answer was lost that the row is its own
//   Released   the owner has given it back
//   Host, User, Pid, PidSpace, PidStarted, RunId, Since, Renewed
#pragma once

#include "base/clock.hpp"
#include "migrate/host_identity.hpp"

#include <drift/client.hpp>
#include <drift/lease.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

struct LeaseRow {
  Lease lease = {};
  std::uint64_t beat = 0;
  std::string nonce = {};
  ProcessIdentity owner = {};

  // True iff nobody has written to the row between the two readings.
  [[nodiscard]] bool is_as(const LeaseRow& seen) const noexcept {
    return lease.token == seen.lease.token && beat == seen.beat && lease.released == seen.lease.released;
  }
};

// "2026-11-23T21:39:19Z"
std::string iso_time(base::SystemTime time);
// 20 digits, so that text sorts as numbers do.
std::string padded(std::uint64_t number);

Attributes lease_key(std::uint64_t number);
LeaseRow lease_row_of(const Attributes& row);
// A consistent read. Throws what a call throws.
std::optional<LeaseRow> read_lease(Client& client, std::string_view run_table, std::uint64_t number);

// The condition that the row is exactly as it was seen; without `seen`, that there is none.
Expression as_seen(const std::optional<LeaseRow>& seen);
// The condition that the lease is held with this token.
TransactAction lease_check(std::string_view run_table, std::uint64_t number, std::uint64_t token);

// The token that such a condition asks for.
std::uint64_t token_of(const TransactAction& check);

// All actions or none, and only while `check` holds. Throws Error: "LeaseLost" when it does not, else what
// Client::transact_write throws.
void transact_under_lease(Client& client, std::vector<TransactAction> actions, const TransactAction& check);

// Who has it, for a message: "maria on db-admin-2 (pid 4711, run 0b9f..., since 2026-11-23T21:39:19Z)".
std::string owner_text(const Lease& lease);

}  // namespace drift::migrate
