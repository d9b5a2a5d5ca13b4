// What operators do with leases: see which there are, and release one whose owner is gone. For several threads at once.
#pragma once

#include "migrate/lease_holder.hpp"

#include <drift/client.hpp>
#include <drift/lease.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace drift::migrate {

// The leases that are held, by migration number. Throws what a call throws.
std::vector<Lease> leases(Client& client, std::string_view run_table);

// The numbers of all migrations that ever had a lease, ascending: a lease's row stays. Throws what a call throws.
std::vector<std::uint64_t> leased_numbers(Client& client, std::string_view run_table);

// Releases the lease that has this token. Its owner is taken for alive when it is a running process of this machine,
// or when it renews the lease while this waits: for at most a lease, and not at all when it is a process of this
// machine that has ended. A lease that is released already is left as it is. Throws Error: "OwnerAlive", "NotLocked"
// (there is no such lease), "TokenChanged" (somebody else has it now), or what a call throws.
void unlock(Client& client, std::string_view run_table, std::uint64_t number, std::uint64_t token,
            const LeaseTimes& times = {});

}  // namespace drift::migrate
