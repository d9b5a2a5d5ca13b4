// Preflight: see the header.
#include "migrate/preflight.hpp"

#include "client/request_json.hpp"
#include "migrate/permission_probe.hpp"
#include "migrate/refuse.hpp"
#include "migrate/segments.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::migrate {

namespace {

constexpr std::size_t concurrency_max = 1'024;

std::string name_of(const Migration& migration) {
  std::string name = "migration " + std::to_string(migration.number);
  if (!migration.description.empty()) name += " (" + migration.description + ")";
  return name;
}

// The name in an ARN, or the name itself.
std::string_view table_name(std::string_view name_or_arn) {
  return name_or_arn.substr(name_or_arn.find_last_of('/') + 1);
}

}  // namespace

std::string_view direction_text(Direction direction) noexcept { return direction == Direction::up ? "up" : "down"; }

void check_concurrency(std::size_t concurrency, std::string_view option, const std::string& table) {
  if (concurrency >= 1 && concurrency <= concurrency_max) return;
  refuse("ConfigError", "concurrency is " + std::to_string(concurrency), table,
         "Nothing was done. Set " + std::string(option) + " to 1 to 1,024.");
}

void check_request(const Migration& migration, Direction direction, const RunOptions& options) {
  const bool up = direction == Direction::up;
  if (migration.table.empty())
    refuse("ConfigError", name_of(migration) + " names no table", "", "Set Migration::table.");
  if (up && !migration.up) {
    refuse("ConfigError", name_of(migration) + " has no `up` callback", migration.table,
           "Nothing was done. Set Migration::up.");
  }
  constexpr std::uint64_t number_max = std::uint64_t{1} << 63U;  // as the Go library reads it
  if (migration.number >= number_max) {
    refuse("ConfigError", name_of(migration) + " has a number that is too large", migration.table,
           "Nothing was done. Number it below 2^63.");
  }
  check_concurrency(options.concurrency, "RunOptions::concurrency", migration.table);
  if (options.items_max > 0 && options.apply == Apply::streaming) {
    refuse("ConfigError", "items_max is set, and actions are to be executed while the scan goes on", migration.table,
           "Nothing was done. Set RunOptions::apply = Apply::after_scan.");
  }
  if (options.segments > segments_max) {
    refuse("ConfigError", "segments is " + std::to_string(options.segments), migration.table,
           "Nothing was done. Set RunOptions::segments to 1 to 10,000, or to 0 to have them chosen.");
  }
}

void check_ledger(const Asked& asked, const std::optional<AppliedMigration>& row, bool allow_applied, bool recording) {
  const Migration& migration = asked.migration;
  if (recording) return;
  if (row && !row->table.empty() && row->table != table_name(migration.table)) {
    refuse("OtherTable",
           "the metadata table has migration " + std::to_string(migration.number) + " as applied to table " +
               row->table + ", not to " + migration.table,
           migration.table, "Nothing was done. Check the migration's number and its table.");
  }
  if (asked.direction == Direction::down) {
    if (row) return;
    refuse("NotApplied", name_of(migration) + " is not applied, so there is nothing to undo", migration.table,
           "Nothing was done. Migrator::applied() lists what is applied.");
  }
  if (!row || allow_applied) return;
  if (!row->table_id.empty() && row->table_id != asked.table_id) {
    refuse("AppliedBefore",
           name_of(migration) + " was applied to a table named " + row->table +
               " that was since deleted and created anew, or restored",
           migration.table, "Nothing was done. Set RunOptions::allow_applied to execute it on the table as it is now.");
  }
  refuse("AlreadyApplied", name_of(migration) + " is already applied to table " + row->table, migration.table,
         "Nothing was done. Undo it first, or set RunOptions::allow_applied to execute it again.");
}

void check_later(const Migration& migration, const std::vector<AppliedMigration>& applied, bool allow_applied) {
  for (const AppliedMigration& later : applied) {
    if (allow_applied || later.number <= migration.number || later.table != table_name(migration.table)) continue;
    refuse(
        "LaterApplied",
        "migration " + std::to_string(later.number) + " was applied to the same table after migration " +
            std::to_string(migration.number),
        migration.table,
        "Nothing was done. Undo that one first, or set RunOptions::allow_applied: what it changed is then left as it "
        "is, and listed.");
  }
}

std::shared_ptr<const CatalogTable> find_table(Client& client, TableCatalog& catalog, const std::string& table) {
  std::shared_ptr<const CatalogTable> found;
  try {
    found = catalog.find(table);
  } catch (const Error& error) {
    if (error.code() != "ResourceNotFoundException") throw;
    refuse(error.code(), "the table " + table + " does not exist in " + client.region() + " at " + client.endpoint(),
           table, "Nothing was done. Check the table's name, the region and the endpoint.");
  }
  const TableDescription& description = found->description;
  if (description.status != "ACTIVE" && description.status != "UPDATING") {
    refuse("TableNotActive", "the table " + table + " is " + description.status, table,
           "Nothing was done. Run it again when the table is ACTIVE.");
  }
  return found;
}

void check_access(Client& client, const CatalogTable& table, const ScanSource& source) {
  prove_write_permission(client, table.wire_name, table.description.key);
  // One item tells whether the scan is allowed.
  for ([[maybe_unused]] const Item& item :
       client.scan(table.wire_name, {.consistent = source.consistent, .index = source.index, .page_limit = 1})) {
    break;
  }
}

std::string find_ttl_attribute(Client& client, const std::string& table) {
  client::RequestJson request;
  request.text("TableName", table);
  const std::string answer = client.call("DescribeTimeToLive", request.take());
  const auto description = value::JsonObject::parse(answer).object("TimeToLiveDescription");
  return description ? description->string("AttributeName").value_or("") : "";
}

std::string key_schema_text(const KeySchema& key) {
  std::string text;
  for (const KeyAttribute& attribute : key) {
    if (!text.empty()) text += ',';
    text.append(attribute.name).append(":").append(type_tag(attribute.type));
  }
  return text;
}

}  // namespace drift::migrate
