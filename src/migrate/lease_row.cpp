// The lease's row: see the header.
#include "migrate/lease_row.hpp"

#include "base/text.hpp"

#include <drift/error.hpp>

#include <array>
#include <ctime>
#include <utility>

namespace drift::migrate {

namespace {

std::string text_of(const Attributes& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() && found->second.type() == Type::string ? found->second.as_string() : "";
}

std::uint64_t number_of(const Attributes& row, std::string_view name) {
  const auto found = row.find(name);
  if (found == row.end() || found->second.type() != Type::number) return 0;
  return static_cast<std::uint64_t>(found->second.as_number().try_int64().value_or(0));
}

bool flag_of(const Attributes& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() && found->second.type() == Type::boolean && found->second.as_bool();
}

bool failed_at(const Error& error, const TransactAction& check) {
  return error.code() == "TransactionCanceledException" && error.table() == check.table && error.key() == check.item &&
         error.message().find("ConditionalCheckFailed") != std::string::npos;
}

}  // namespace

std::string iso_time(base::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string padded(std::uint64_t number) {
  constexpr std::size_t digits = 20;
  const std::string text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

Attributes lease_key(std::uint64_t number) { return {{"Part", "lease"}, {"Sort", padded(number)}}; }

LeaseRow lease_row_of(const Attributes& row) {
  LeaseRow found{.lease = {.number = base::parse_uint64(text_of(row, "Sort")).value_or(0),
                           .token = number_of(row, "Token"),
                           .host = text_of(row, "Host"),
                           .user = text_of(row, "User"),
                           .pid = number_of(row, "Pid"),
                           .run_id = text_of(row, "RunId"),
                           .since = text_of(row, "Since"),
                           .renewed = text_of(row, "Renewed"),
                           .released = flag_of(row, "Released")},
                 .beat = number_of(row, "Beat"),
                 .nonce = text_of(row, "Nonce")};
  found.owner = {.host = found.lease.host,
                 .user = found.lease.user,
                 .pid = found.lease.pid,
                 .pid_space = text_of(row, "PidSpace"),
                 .started = number_of(row, "PidStarted")};
  return found;
}

std::optional<LeaseRow> read_lease(Client& client, std::string_view run_table, std::uint64_t number) {
  const auto row = client.get_item(run_table, lease_key(number));
  if (!row) return std::nullopt;
  return lease_row_of(*row);
}

Expression as_seen(const std::optional<LeaseRow>& seen) {
  if (!seen) return {.text = "attribute_not_exists(#token)", .names = {{"#token", "Token"}}};
  return {.text = "#token = :seen_token AND #beat = :seen_beat AND #released = :seen_released",
          .values = {{":seen_token", seen->lease.token},
                     {":seen_beat", seen->beat},
                     {":seen_released", seen->lease.released}},
          .names = {{"#token", "Token"}, {"#beat", "Beat"}, {"#released", "Released"}}};
}

TransactAction lease_check(std::string_view run_table, std::uint64_t number, std::uint64_t token) {
  return {.kind = TransactAction::Kind::check,
          .table = std::string(run_table),
          .item = lease_key(number),
          .condition = "#token = :token AND #released = :false",
          .values = {{":token", token}, {":false", false}},
          .names = {{"#token", "Token"}, {"#released", "Released"}}};
}

std::uint64_t token_of(const TransactAction& check) {
  return static_cast<std::uint64_t>(check.values.at(":token").as_int64());
}

void transact_under_lease(Client& client, std::vector<TransactAction> actions, const TransactAction& check) {
  // First, so that it is the check that is named where more than one action stood against the transaction.
  actions.insert(actions.begin(), check);
  try {
    client.transact_write(actions);
  } catch (const Error& error) {
    if (!failed_at(error, check)) throw;
    Error::Details details = error.details();
    details.code = "LeaseLost";
    details.message = "the lease of migration " +
                      std::to_string(base::parse_uint64(check.item.at("Sort").as_string()).value_or(0)) +
                      " is no longer held by this process (its token was " + std::to_string(token_of(check)) + ")";
    details.next_step =
        "Nothing of this was written. Migrator::leases() tells who runs the migration now; when it is free, run it "
        "again: it goes on where it was.";
    throw Error(std::move(details));
  }
}

std::string owner_text(const Lease& lease) {
  std::string text = lease.user + " on " + lease.host + " (pid " + std::to_string(lease.pid);
  if (!lease.run_id.empty()) text += ", run " + lease.run_id;
  return text + ", since " + lease.since + ")";
}

}  // namespace drift::migrate
