// capacity_of: see the header.
#include "migrate/table_capacity.hpp"

#include <algorithm>

namespace drift::migrate {

namespace {

// What a new table on demand takes (Developer Guide, "Initial throughput for on-demand capacity mode"), for those that
// do not say.
constexpr double on_demand_writes = 4'000;
constexpr double on_demand_reads = 12'000;

// Tables and indexes have the same members.
template <typename Description>
Capacity parts_of(const Description& of, Units units) {
  const bool writes = units == Units::write;
  const auto provisioned = writes ? of.write_units : of.read_units;
  if (provisioned > 0) return {.provisioned = static_cast<double>(provisioned)};
  const auto warm = writes ? of.warm_write_units : of.warm_read_units;
  const double as_new = writes ? on_demand_writes : on_demand_reads;
  return {.on_demand = warm > 0 ? static_cast<double>(warm) : as_new,
          .maximum = static_cast<double>(writes ? of.max_write_units : of.max_read_units)};
}

}  // namespace

double Capacity::taken() const noexcept {
  if (provisioned > 0) return provisioned;
  return maximum > 0 ? std::min(on_demand, maximum) : on_demand;
}

Capacity capacity_of(const TableDescription& table, const IndexDescription* index, Units units) {
  return index != nullptr ? parts_of(*index, units) : parts_of(table, units);
}

pace::TableCapacity capacity_of(const TableDescription& table, Units units) {
  pace::TableCapacity capacity{.name = table.name, .units = capacity_of(table, nullptr, units).taken()};
  if (units == Units::read) return capacity;  // a scan reads no index
  for (const IndexDescription& index : table.indexes) {
    if (!index.global) continue;  // a local one is the table's
    capacity.indexes.emplace_back(index.name, capacity_of(table, &index, units).taken());
  }
  return capacity;
}

}  // namespace drift::migrate
