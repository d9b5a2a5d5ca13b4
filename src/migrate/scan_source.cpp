// ScanSource: see the header.
#include "migrate/scan_source.hpp"

#include "migrate/refuse.hpp"
#include "migrate/table_capacity.hpp"

#include <algorithm>

namespace drift::migrate {

namespace {

std::string names_of_indexes(const TableDescription& table) {
  std::string names;
  for (const IndexDescription& index : table.indexes) names += (names.empty() ? "" : ", ") + index.name;
  return names.empty() ? "it has none" : "it has " + names;
}

const IndexDescription& find_index(const TableDescription& table, const std::string& name) {
  const auto index = std::ranges::find(table.indexes, name, &IndexDescription::name);
  if (index == table.indexes.end()) {
    refuse("ConfigError", "the table " + table.name + " has no index " + name + "; " + names_of_indexes(table),
           table.name, "Nothing was done. Check the migration's index and its table.");
  }
  // A global index that is being made has not all items yet (API reference, GlobalSecondaryIndexDescription).
  if (index->global && index->status != "ACTIVE" && index->status != "UPDATING") {
    refuse("ConfigError", "the index " + name + " of the table " + table.name + " is " + index->status, table.name,
           "Nothing was done. Run it again when the index is ACTIVE, or read the table: leave out the migration's "
           "index.");
  }
  if (index->projection != "ALL") {
    refuse("ConfigError",
           "the index " + name + " of the table " + table.name + " has not the whole items: it projects " +
               index->projection + ", not ALL",
           table.name,
           "Nothing was done. Read the table, with a filter on what the index is about: leave out the migration's "
           "index.");
  }
  return *index;
}

}  // namespace

ScanSource table_source(const TableDescription& table) {
  return {.items_estimated = table.items_estimated,
          .bytes_estimated = table.bytes_estimated,
          .reads = capacity_of(table, Units::read)};
}

ScanSource index_source(const TableDescription& table, const std::string& name) {
  if (name.empty()) return table_source(table);
  const IndexDescription& index = find_index(table, name);
  const IndexDescription* const own = index.global ? &index : nullptr;
  return {.index = name,
          .index_key = index.key,
          .consistent = !index.global,
          .items_estimated = index.items_estimated,
          .bytes_estimated = index.bytes_estimated,
          .global_index = own,
          .reads = {.name = own == nullptr ? table.name : name + " of " + table.name,
                    .units = capacity_of(table, own, Units::read).taken()}};
}

}  // namespace drift::migrate
