// ScanSource: what the items of a migration are read from: its table, or one of the table's secondary indexes
// (Migration::index).
#pragma once

#include "pace/pacer.hpp"

#include <drift/table.hpp>

#include <cstdint>
#include <string>

namespace drift::migrate {

struct ScanSource {
  std::string index = {};  // empty: the table
  // What an item needs to be in the index, of these types; empty: of the table.
  KeySchema index_key = {};
  bool consistent = true;  // reads; a global index has none
  std::uint64_t items_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  // Whose capacity is read; null: the table's, of which a local index is a part. Of the table's description.
  const IndexDescription* global_index = nullptr;
  pace::TableCapacity reads = {};  // RCU a second
};

ScanSource table_source(const TableDescription& table);
// Empty name: the table. Throws Error (code "ConfigError") for an index that there is not, that cannot be read now, or
// that does not have whole items.
ScanSource index_source(const TableDescription& table, const std::string& name);

}  // namespace drift::migrate
