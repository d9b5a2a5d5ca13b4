// capacity_of: see the header.
#include "migrate/table_capacity.hpp"

namespace drift::migrate {

namespace {

// What a new table on demand takes (Developer Guide, "Initial throughput for on-demand capacity mode"), for those that
// do not say.
constexpr double on_demand_writes = 4'000;
constexpr double on_demand_reads = 12'000;

double units_of(std::uint64_t provisioned, std::uint64_t warm, double otherwise) {
  if (provisioned > 0) return static_cast<double>(provisioned);
  return warm > 0 ? static_cast<double>(warm) : otherwise;
}

}  // namespace

pace::TableCapacity capacity_of(const TableDescription& table, Units units) {
  pace::TableCapacity capacity{.name = table.name};
  const bool writes = units == Units::write;
  const double otherwise = writes ? on_demand_writes : on_demand_reads;
  capacity.units = writes ? units_of(table.write_units, table.warm_write_units, otherwise)
                          : units_of(table.read_units, table.warm_read_units, otherwise);
  for (const IndexDescription& index : table.indexes) {
    if (!index.global || !writes) continue;  // a scan reads no index; a local one is the table's
    capacity.indexes.emplace_back(index.name, units_of(index.write_units, index.warm_write_units, otherwise));
  }
  return capacity;
}

pace::TableCapacity read_capacity_of(const TableDescription& table, const IndexDescription& index) {
  if (!index.global) return capacity_of(table, Units::read);
  return {.name = index.name + " of " + table.name,
          .units = units_of(index.read_units, index.warm_read_units, on_demand_reads)};
}

}  // namespace drift::migrate
