// write_cost: the write units of one write, by the item before and after it: of the table, and of each secondary index
// whose entry changes (Developer Guide, "Write capacity units" and "Considerations for global secondary indexes").
// Functions without state.
#pragma once

#include <drift/table.hpp>
#include <drift/value.hpp>

#include <cstddef>
#include <vector>

namespace drift::migrate {

// What of an index's units goes to one of its partition keys.
struct KeyCost {
  std::size_t index = 0;  // in TableDescription::indexes
  Value partition = {};
  double units = 0;
};

struct WriteCost {
  double table = 0;                  // its local indexes included
  std::vector<double> indexes = {};  // one for each of TableDescription::indexes; 0 of local ones
  std::vector<KeyCost> keys = {};    // of global indexes, as far as they are known
};

// Null: there is no item.
WriteCost write_cost(const TableDescription& table, const Attributes* before, const Attributes* after);
// Of an item that nobody knows: a unit for the table and for each of its indexes, which is the least.
WriteCost least_write_cost(const TableDescription& table);

}  // namespace drift::migrate
