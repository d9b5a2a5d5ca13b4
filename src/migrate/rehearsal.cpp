// Rehearsal: see the header.
#include "migrate/rehearsal.hpp"

#include "expression/limits.hpp"
#include "migrate/guard.hpp"
#include "migrate/stamp.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"

#include <drift/error.hpp>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionRecord;

Attributes values_of(const ActionRecord& action) {
  return action.values.empty() ? Attributes{} : value::parse_attributes(action.values);
}

bool is_empty(const Value& value) {
  if (value.type() == Type::string) return value.as_string().empty();
  return value.type() == Type::binary && value.as_binary().empty();
}

// An attribute that an index has as its key must be of the key's type, and not empty (Developer Guide, "Using global
// secondary indexes"): else the whole write is refused.
std::string index_problem(const Attributes& item, const TableDescription& table) {
  for (const IndexDescription& index : table.indexes) {
    for (const KeyAttribute& part : index.key) {
      const auto found = item.find(part.name);
      if (found == item.end()) continue;
      const std::string of = part.name + " is a key of the index " + index.name;
      if (found->second.type() != part.type) {
        return of + ", which takes " + std::string(type_tag(part.type)) + ", and would be " +
               std::string(type_tag(found->second.type()));
      }
      if (is_empty(found->second)) return of + ", and would be empty";
    }
  }
  return {};
}

std::string size_problem(const Attributes& item) {
  const std::size_t bytes = size_bytes(item);
  if (bytes <= expression::item_bytes_max) return {};
  return "the item would have " + std::to_string(bytes) + " bytes; DynamoDB allows 409,600 with the attributes' names";
}

}  // namespace

std::vector<Rehearsed> Rehearsal::rehearse(const Item& item, const std::vector<ActionRecord>& actions) {
  std::vector<Rehearsed> results;
  known_.clear();
  for (const ActionRecord& action : actions) {
    if (!action.scanned_item) continue;
    known_[{action.table, action.key}].item =
        value::parse_attributes(value::ItemAccess::json(item), value::answer_rules);
    break;
  }
  results.reserve(actions.size());
  for (const ActionRecord& action : actions) results.push_back(rehearse(action));
  return results;
}

Rehearsed Rehearsal::rehearse(const ActionRecord& action) {
  Rehearsed result{.table = catalog_->find(action.table)};
  const Place place{action.table, action.key};
  const auto found = known_.find(place);
  // What is inserted was not there; a put does not care what was.
  result.known = found != known_.end() || action.kind == ActionKind::insert;
  if (found != known_.end()) result.before = found->second.item;
  try {
    if (result.known && !condition_holds(action, result.before.value_or(Attributes{}))) {
      result.skipped = true;
      result.after = result.before;
    } else {
      apply(action, result.before, result);
    }
  } catch (const Error& error) {
    // Of an item that is not known, it may be what it has that is missing here.
    if (result.known) result.problem = error.message();
    result.after = result.before;
  }
  const bool is_whole = result.known || action.kind == ActionKind::put;
  const TableDescription& table = result.table->description;
  result.cost =
      is_whole ? write_cost(table, result.before ? &*result.before : nullptr, result.after ? &*result.after : nullptr)
               : least_write_cost(table);
  if (is_whole && result.problem.empty()) known_[place].item = result.after;
  return result;
}

void Rehearsal::apply(const ActionRecord& action, const std::optional<Attributes>& before, Rehearsed& result) {
  if (action.kind == ActionKind::remove) return;
  if (action.kind == ActionKind::update) {
    Attributes start = before ? *before : value::parse_attributes(action.key);
    result.after = updates_.get(action.expression)->apply(start, values_of(action), names_of(action));
  } else {
    result.after = value::parse_attributes(action.item);
    if (action.kind == ActionKind::insert && before && *before != *result.after) {
      result.problem = "an item with this key is there already, and differs from the one to be inserted";
    }
  }
  if (!stamp_.empty() && is_stampable(action)) {
    result.after->insert_or_assign(stamp_, value::parse_value(stamp_json(stamp_of(action))));
  }
  if (result.problem.empty()) result.problem = size_problem(*result.after);
  if (result.problem.empty()) result.problem = index_problem(*result.after, result.table->description);
}

bool Rehearsal::condition_holds(const ActionRecord& action, const Attributes& before) {
  if (action.condition.empty()) return true;
  return conditions_.get(action.condition)->holds(before, values_of(action), names_of(action));
}

}  // namespace drift::migrate
