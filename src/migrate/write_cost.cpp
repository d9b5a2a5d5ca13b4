// write_cost: see the header.
#include "migrate/write_cost.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

// Units for an index, and the partition keys that they go to.
using KeyUnits = std::vector<std::pair<Value, double>>;

KeyUnits index_units(const IndexDescription& index, const KeySchema& table_key, const Attributes* before,
                     const Attributes* after) {
  const auto old_entry = entry_of(before, index, table_key);
  const auto new_entry = entry_of(after, index, table_key);
  const auto all_of = [&](const Attributes& entry) {
    return std::pair(entry.at(index.key.front().name), units_of(size_bytes(entry)));
  };
  if (!old_entry && !new_entry) return {};
  if (!old_entry) return {all_of(*new_entry)};
  if (!new_entry) return {all_of(*old_entry)};
  if (*old_entry == *new_entry) return {};
  // An entry with another key is removed and put again.
  if (!same_key(*old_entry, *new_entry, index.key)) return {all_of(*old_entry), all_of(*new_entry)};
  auto larger = all_of(*new_entry);
  larger.second = std::max(larger.second, units_of(size_bytes(*old_entry)));
  return {std::move(larger)};
}

}  // namespace

WriteCost write_cost(const TableDescription& table, const Attributes* before, const Attributes* after) {
  const std::size_t old_bytes = before != nullptr ? size_bytes(*before) : 0;
  const std::size_t new_bytes = after != nullptr ? size_bytes(*after) : 0;
  WriteCost cost{.table = units_of(std::max(old_bytes, new_bytes)), .indexes = {}, .keys = {}};
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    const bool global = table.indexes[i].global;
    double sum = 0;
    for (auto& [partition, units] : index_units(table.indexes[i], table.key, before, after)) {
      sum += units;
      if (global) cost.keys.push_back({.index = i, .partition = std::move(partition), .units = units});
    }
    cost.indexes.push_back(global ? sum : 0);
    if (!global) cost.table += sum;
  }
  return cost;
}

WriteCost least_write_cost(const TableDescription& table) {
  WriteCost cost{.table = 1, .indexes = {}, .keys = {}};
  for (const IndexDescription& index : table.indexes) {
    cost.indexes.push_back(index.global ? 1 : 0);
    if (!index.global) cost.table += 1;
  }
  return cost;
}

}  // namespace drift::migrate
