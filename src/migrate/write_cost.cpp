// write_cost: see the header.
#include "migrate/write_cost.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

namespace drift::migrate {

namespace {

constexpr double unit_bytes = 1'024;

double units_of(std::size_t bytes) { return std::max(1.0, std::ceil(static_cast<double>(bytes) / unit_bytes)); }

void copy(Attributes& to, const Attributes& item, const std::string& name) {
  if (const auto found = item.find(name); found != item.end()) to.insert(*found);
}

bool has_key(const Attributes& item, const KeySchema& key) {
  return std::all_of(key.begin(), key.end(), [&](const KeyAttribute& part) {
    const auto found = item.find(part.name);
    return found != item.end() && found->second.type() == part.type;
  });
}

// What the index has of the item; empty: the item is not in it.
std::optional<Attributes> entry_of(const Attributes* item, const IndexDescription& index, const KeySchema& table_key) {
  if (item == nullptr || !has_key(*item, index.key)) return std::nullopt;
  if (index.projection == "ALL") return *item;
  Attributes entry;
  for (const KeyAttribute& part : table_key) copy(entry, *item, part.name);
  for (const KeyAttribute& part : index.key) copy(entry, *item, part.name);
  for (const std::string& name : index.projected) copy(entry, *item, name);
  return entry;
}

bool same_key(const Attributes& a, const Attributes& b, const KeySchema& key) {
  return std::all_of(key.begin(), key.end(),
                     [&](const KeyAttribute& part) { return a.at(part.name) == b.at(part.name); });
}

double index_units(const IndexDescription& index, const KeySchema& table_key, const Attributes* before,
                   const Attributes* after) {
  const auto old_entry = entry_of(before, index, table_key);
  const auto new_entry = entry_of(after, index, table_key);
  if (!old_entry && !new_entry) return 0;
  if (!old_entry) return units_of(size_bytes(*new_entry));
  if (!new_entry) return units_of(size_bytes(*old_entry));
  if (*old_entry == *new_entry) return 0;
  const double old_units = units_of(size_bytes(*old_entry));
  const double new_units = units_of(size_bytes(*new_entry));
  // An entry with another key is removed and put again.
  return same_key(*old_entry, *new_entry, index.key) ? std::max(old_units, new_units) : old_units + new_units;
}

}  // namespace

WriteCost write_cost(const TableDescription& table, const Attributes* before, const Attributes* after) {
  const std::size_t old_bytes = before != nullptr ? size_bytes(*before) : 0;
  const std::size_t new_bytes = after != nullptr ? size_bytes(*after) : 0;
  WriteCost cost{.table = units_of(std::max(old_bytes, new_bytes)), .indexes = {}};
  for (const IndexDescription& index : table.indexes) {
    const double units = index_units(index, table.key, before, after);
    cost.indexes.push_back(index.global ? units : 0);
    if (!index.global) cost.table += units;
  }
  return cost;
}

WriteCost least_write_cost(const TableDescription& table) {
  WriteCost cost{.table = 1, .indexes = {}};
  for (const IndexDescription& index : table.indexes) {
    cost.indexes.push_back(index.global ? 1 : 0);
    if (!index.global) cost.table += 1;
  }
  return cost;
}

}  // namespace drift::migrate
