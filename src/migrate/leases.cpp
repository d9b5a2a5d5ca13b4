// Leases: see the header.
#include "migrate/leases.hpp"

#include "client/core.hpp"
#include "client/waiting.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/lease_watch.hpp"
#include "migrate/refuse.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace drift::migrate {

namespace {

// A lease of 30 s, and as much for clocks that differ and for an owner that is late.
constexpr std::chrono::seconds sign_of_life_max{60};

bool is_gone(const LeaseRow& row, base::SystemTime now) {
  const Life life = life_of(row.owner);
  if (life != Life::unknown) return life == Life::ended;
  return row.lease.renewed < iso_time(now - sign_of_life_max);
}

// By number.
std::vector<LeaseRow> all_rows(Client& client, std::string_view run_table) {
  std::vector<LeaseRow> rows;
  const QueryOptions query{
      .key_condition = {.text = "#part = :lease", .values = {{":lease", "lease"}}, .names = {{"#part", "Part"}}}};
  for (const Item& row : client.query(run_table, query)) rows.push_back(lease_row_of(row.attributes()));
  return rows;
}

[[noreturn]] void refuse_alive(const Lease& lease, std::string_view table, const std::string& how_known) {
  refuse("OwnerAlive",
         "the lease of migration " + std::to_string(lease.number) + " is held by " + owner_text(lease) +
             ", which is alive: " + how_known,
         table, "Nothing was changed. Stop that process first; the lease is then free.");
}

// The row with this token, held; false: it is released already.
bool check_held(const std::optional<LeaseRow>& row, std::string_view table, std::uint64_t number, std::uint64_t token) {
  const std::string migration = "migration " + std::to_string(number);
  if (!row) refuse("NotLocked", migration + " has no lease", table, "Nothing was changed: there is nothing to unlock.");
  if (row->lease.token != token) {
    refuse("TokenChanged",
           "the lease of " + migration + " has the token " + std::to_string(row->lease.token) + " now, not " +
               std::to_string(token) + ": it was taken by " + owner_text(row->lease),
           table, "Nothing was changed. Look at Migrator::leases() again.");
  }
  return !row->lease.released;
}

// Until the lease is known to be free. False: it is released already.
bool wait_until_free(Client& client, std::string_view table, std::uint64_t number, std::uint64_t token,
                     LeaseWatch& watch, const LeaseTimes& times) {
  for (;;) {
    watch.see(read_lease(client, table, number));
    if (!check_held(watch.row(), table, number, token)) return false;
    if (watch.life() == Life::running) {
      refuse_alive(watch.row()->lease, table, "its process runs on this machine.");
    }
    if (watch.has_changed()) refuse_alive(watch.row()->lease, table, "it has just renewed the lease.");
    if (watch.is_free()) return true;
    const std::chrono::nanoseconds left = times.lease - watch.unchanged_for();
    client::wait_for(client.core().loop(), std::clamp(left, std::chrono::nanoseconds(std::chrono::milliseconds(1)),
                                                      std::chrono::nanoseconds(times.poll)));
  }
}

}  // namespace

std::vector<Lease> leases(Client& client, std::string_view run_table) {
  std::vector<Lease> held;
  for (LeaseRow& found : all_rows(client, run_table)) {
    if (found.lease.released) continue;
    found.lease.owner_gone = is_gone(found, client.core().loop().clock().system());
    held.push_back(std::move(found.lease));
  }
  return held;
}

std::vector<std::uint64_t> leased_numbers(Client& client, std::string_view run_table) {
  std::vector<std::uint64_t> numbers;
  for (const LeaseRow& row : all_rows(client, run_table)) numbers.push_back(row.lease.number);
  return numbers;
}

void unlock(Client& client, std::string_view run_table, std::uint64_t number, std::uint64_t token,
            const LeaseTimes& times) {
  constexpr int doubts_max = 3;
  LeaseWatch watch(client.core().loop().clock(), times.lease);
  for (int doubts = 0;;) {
    if (!wait_until_free(client, run_table, number, token, watch, times)) return;
    WriteOptions exactly{.condition = as_seen(watch.row())};
    try {
      client.update_item(
          run_table, lease_key(number),
          {.text = "SET #released = :true", .values = {{":true", true}}, .names = {{"#released", "Released"}}},
          exactly);
      return;
    } catch (const Error& error) {
      // Renewed or taken meanwhile, or perhaps released: the next look tells.
      const bool in_doubt = error.in_doubt() && ++doubts < doubts_max;
      if (error.code() != "ConditionalCheckFailedException" && !in_doubt) throw;
    }
  }
}

}  // namespace drift::migrate
