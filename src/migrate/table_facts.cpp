// table_facts: see the header.
#include "migrate/table_facts.hpp"

#include "client/core.hpp"
#include "client/operation.hpp"
#include "client/request_json.hpp"
#include "migrate/preflight.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <optional>

namespace drift::migrate {

namespace {

using value::JsonObject;

// What `read` gives; empty where the server refuses.
template <typename Read>
auto if_allowed(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const Error&) {
    return std::nullopt;  // not known: the caller says so
  }
}

std::string ask(Client& client, std::string_view operation, const std::string& table) {
  return client.call(operation, client::RequestJson().text("TableName", table).take());
}

bool has_recovery(Client& client, const std::string& table) {
  const std::string answer = ask(client, "DescribeContinuousBackups", table);
  const auto backups = JsonObject::parse(answer).object("ContinuousBackupsDescription");
  const auto recovery = backups ? backups->object("PointInTimeRecoveryDescription") : std::nullopt;
  return recovery && recovery->string("PointInTimeRecoveryStatus") == "ENABLED";
}

std::string stream_of(Client& client, const std::string& table) {
  const std::string answer = ask(client, "DescribeTable", table);
  const auto described = JsonObject::parse(answer).object("Table");
  const auto stream = described ? described->object("StreamSpecification") : std::nullopt;
  if (!stream || !stream->boolean("StreamEnabled").value_or(false)) return "";
  return stream->string("StreamViewType").value_or("KEYS_ONLY");
}

}  // namespace

PlannedTable table_facts(Client& client, const std::string& wire_name, const TableDescription& table) {
  return {.name = table.name,
          .items_estimated = table.items_estimated,
          .bytes_estimated = table.bytes_estimated,
          .on_demand = table.on_demand,
          .read_units = table.read_units,
          .write_units = table.write_units,
          .replicas = table.replicas,
          .point_in_time_recovery = if_allowed([&] { return has_recovery(client, wire_name); }),
          .stream = if_allowed([&] { return stream_of(client, wire_name); }),
          .ttl_attribute = if_allowed([&] { return find_ttl_attribute(client, wire_name); }),
          .max_read_units = table.max_read_units,
          .max_write_units = table.max_write_units};
}

std::optional<AccountQuotas> account_quotas(Client& client) {
  static const client::Operation describe = client::Operation::named("DescribeLimits");
  return if_allowed([&] {
    const std::string answer = client.core().call(describe, "{}", {.attempts_max = 1});
    const JsonObject limits = JsonObject::parse(answer);
    const auto units = [&](std::string_view name) { return limits.integer(name).value_or(0); };
    return AccountQuotas{.account_read_units = units("AccountMaxReadCapacityUnits"),
                         .account_write_units = units("AccountMaxWriteCapacityUnits"),
                         .table_read_units = units("TableMaxReadCapacityUnits"),
                         .table_write_units = units("TableMaxWriteCapacityUnits")};
  });
}

}  // namespace drift::migrate
