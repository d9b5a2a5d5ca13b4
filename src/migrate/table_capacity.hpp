// capacity_of: how much a table and its indexes take a second, by what DescribeTable says: the measure of a share, and
// of how long a run will take. A function without state.
#pragma once

#include "pace/pacer.hpp"

#include <drift/table.hpp>

#include <cstdint>

namespace drift::migrate {

enum class Units : std::uint8_t { read, write };

// What is provisioned, else what is warm, else what a new table on demand takes, and no more than its own maximum. Of
// reads the table's alone: a scan reads no index. Of writes also the global indexes'; a local one is the table's.
pace::TableCapacity capacity_of(const TableDescription& table, Units units);

// The same of a table alone (index null) or of one of its global indexes, in its parts. In units a second; 0: there is
// none.
struct Capacity {
  double provisioned = 0;
  double on_demand = 0;  // warm, or as a new table; 0 where units are provisioned
  double maximum = 0;    // its own, on demand

  [[nodiscard]] double taken() const noexcept;  // what of all this holds
};
Capacity capacity_of(const TableDescription& table, const IndexDescription* index, Units units);

}  // namespace drift::migrate
