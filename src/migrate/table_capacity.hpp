// capacity_of: how much a table and its indexes take a second, by what DescribeTable says: the measure of a share, and
// of how long a run will take. A function without state.
#pragma once

#include "pace/pacer.hpp"

#include <drift/table.hpp>

#include <cstdint>

namespace drift::migrate {

enum class Units : std::uint8_t { read, write };

// What is provisioned, else what is warm, else what a new table on demand takes. Of reads the table's alone: a scan
// reads no index. Of writes also the global indexes'; a local one is the table's.
pace::TableCapacity capacity_of(const TableDescription& table, Units units);
// Of reads of an index: a local one is the table's.
pace::TableCapacity read_capacity_of(const TableDescription& table, const IndexDescription& index);

}  // namespace drift::migrate
