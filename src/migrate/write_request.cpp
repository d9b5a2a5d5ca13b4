// write_request: see the header.
#include "migrate/write_request.hpp"

#include "client/request_json.hpp"
#include "expression/update_expression.hpp"
#include "migrate/guard.hpp"
#include "migrate/stamp.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"
#include "wire/sha256.hpp"

#include <string_view>
#include <utility>

namespace drift::migrate {

namespace {

using client::Operation;
using client::RequestJson;
using journal::ActionKind;
using journal::ActionRecord;
using journal::GuardKind;
using journal::RepeatKind;

// What the write itself has to find: its guard, or for an insert that there is no such item.
ConditionParts own_condition(const ActionRecord& action) {
  if (action.kind == ActionKind::insert) {
    ConditionParts parts = exists_condition(action.key);
    parts.text = "attribute_not_exists(#driftk)";
    return parts;
  }
  switch (action.guard) {
    case GuardKind::exists:
      return exists_condition(action.key);
    case GuardKind::unchanged:
    case GuardKind::version:
      return unchanged_condition(action.guarded, action.image, action.key);
    case GuardKind::none:
    case GuardKind::scanned_check:
      break;
  }
  return {};
}

// Adds {...}, of further members and a map's text; nothing where both are empty.
void add_joined(RequestJson& request, std::string_view name, std::string_view object, std::string_view members) {
  if (members.empty()) {
    if (!object.empty()) request.raw(name, object);
    return;
  }
  std::string& out = request.begin(name);
  out.append("{").append(members);
  if (object.size() <= 2) {
    out += '}';
  } else {
    out.append(",").append(object.substr(1));
  }
}

// The write of a stamped run: what it writes carries the stamp, under the condition that it does not yet.
struct StampParts {
  std::string item = {};        // of a put
  std::string expression = {};  // of an update
  ConditionParts condition = {};
};

StampParts stamp_parts(const ActionRecord& action, const WriteSettings& settings) {
  const Stamp stamp = stamp_of(action);
  StampParts parts{.item = action.item, .expression = action.expression};
  std::string name;
  value::append_json_string(name, settings.stamp);
  parts.condition.text = "attribute_not_exists(#drifts) OR #drifts[0] < :drifto";
  parts.condition.names = "\"#drifts\":" + name;
  parts.condition.values = "\":drifto\":{\"N\":\"" + std::to_string(stamp.ordinal) + "\"}";
  if (action.kind == ActionKind::update) {
    parts.expression = expression::UpdateExpression::parse(action.expression)->with_set("#drifts = :drifts");
    parts.condition.values += ",\":drifts\":" + stamp_json(stamp);
  } else {
    Attributes item = value::parse_attributes(action.item);
    item.insert_or_assign(settings.stamp, value::parse_value(stamp_json(stamp)));
    parts.item.clear();
    value::append_json(parts.item, item);
  }
  return parts;
}

std::string and_also(std::string a, const std::string& b) {
  if (b.empty()) return a;
  return a.empty() ? b : "(" + a + ") AND (" + b + ")";
}

void add_members(std::string& members, const std::string& further) {
  if (!members.empty() && !further.empty()) members += ',';
  members += further;
}

// The members that PutItem, UpdateItem and DeleteItem have in common with the parts of a transaction.
void add_write(RequestJson& request, const ActionRecord& action, const WriteSettings& settings) {
  ConditionParts own = own_condition(action);
  StampParts stamp;
  const bool stamped = is_stamped(action, settings);
  if (stamped) {
    stamp = stamp_parts(action, settings);
    own.text = and_also(std::move(own.text), stamp.condition.text);
    add_members(own.names, stamp.condition.names);
    add_members(own.values, stamp.condition.values);
  }
  const std::string& item = stamped ? stamp.item : action.item;
  const bool has_condition = !own.text.empty();
  request.text("TableName", action.table);
  request.raw(item.empty() ? "Key" : "Item", item.empty() ? action.key : item);
  request.text_if("UpdateExpression", stamped ? stamp.expression : action.expression);
  request.text_if("ConditionExpression", and_also(std::move(own.text), action.condition));
  add_joined(request, "ExpressionAttributeNames", action.names, own.names);
  add_joined(request, "ExpressionAttributeValues", action.values, own.values);
  if (has_condition) request.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
}

// True iff the answer has to say what was there before: the image of a guarded update says it already.
bool wants_old_item(const ActionRecord& action, const WriteSettings& settings) {
  if (!settings.before_images || action.kind == ActionKind::insert) return false;
  return action.kind != ActionKind::update || action.guard != GuardKind::unchanged;
}

const Operation& single_operation(ActionKind kind) {
  static const Operation update = Operation::named("UpdateItem");
  static const Operation put = Operation::named("PutItem");
  static const Operation remove = Operation::named("DeleteItem");
  if (kind == ActionKind::update) return update;
  return kind == ActionKind::remove ? remove : put;
}

std::string_view part_name(ActionKind kind) {
  if (kind == ActionKind::update) return "Update";
  return kind == ActionKind::remove ? "Delete" : "Put";
}

void add_part(std::string& parts, std::string_view name, RequestJson part) {
  if (parts.size() > 1) parts += ',';
  parts.append("{\"").append(name).append("\":").append(part.take()).append("}");
}

// The scanned item, as the callback saw it: the condition of a copy.
RequestJson scanned_check(const ActionRecord& action, const std::string& scanned_table) {
  const ConditionParts condition = unchanged_condition(action.guarded, action.image, action.scanned_key);
  RequestJson check(512);
  check.text("TableName", scanned_table).raw("Key", action.scanned_key).text("ConditionExpression", condition.text);
  check.raw("ExpressionAttributeNames", '{' + condition.names + '}');
  if (!condition.values.empty()) check.raw("ExpressionAttributeValues", '{' + condition.values + '}');
  check.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  return check;
}

// The order of the parts is that of the answer's CancellationReasons: the write, its marker, the check.
PreparedRequest transaction(const ActionRecord& action, const WriteSettings& settings) {
  static const Operation transact("TransactWriteItems", client::Repeat::with_token);
  RequestJson write(action.bytes());
  add_write(write, action, settings);
  std::string parts = "[";
  add_part(parts, part_name(action.kind), std::move(write));

  RequestJson marker(512);
  marker.text("TableName", settings.run_table);
  marker.attributes("Item", {{"Part", marker_part(action, settings)}, {"Sort", settings.marker_sort}});
  marker.text("ConditionExpression", "attribute_not_exists(Part)");
  add_part(parts, "Put", std::move(marker));
  if (action.guard == GuardKind::scanned_check) {
    add_part(parts, "ConditionCheck", scanned_check(action, settings.scanned_table));
  }
  parts += ']';
  RequestJson request(parts.size() + 128);
  request.raw("TransactItems", parts).text("ReturnConsumedCapacity", consumption_wanted(action.table, settings));
  // The same request of a run has the same token; another one under the same marker has another, and so has another
  // run: the server remembers tokens for ten minutes, even where the tables were deleted and created anew meanwhile.
  request.text("ClientRequestToken", wire::sha256_hex(settings.run_id + '\n' + parts).substr(0, 36));
  return {.operation = &transact, .body = request.take()};
}

}  // namespace

std::string_view consumption_wanted(const std::string& table, const WriteSettings& settings) {
  return settings.has_indexes && settings.has_indexes(table) ? "INDEXES" : "TOTAL";
}

bool is_stamped(const ActionRecord& action, const WriteSettings& settings) {
  return !settings.stamp.empty() && is_stampable(action);
}

std::string marker_part(const ActionRecord& action, const WriteSettings& settings) {
  const std::string& scanned = action.scanned_item ? action.key : action.scanned_key;
  return "marker#" +
         wire::sha256_hex(settings.marker_sort + '\n' + scanned + '\n' + std::to_string(action.ordinal)).substr(0, 40);
}

PreparedRequest write_request(const ActionRecord& action, const WriteSettings& settings) {
  if (action.repeat == RepeatKind::marker) return transaction(action, settings);
  RequestJson request(action.bytes());
  add_write(request, action, settings);
  request.text("ReturnConsumedCapacity", consumption_wanted(action.table, settings));
  if (wants_old_item(action, settings)) request.text("ReturnValues", "ALL_OLD");
  return {.operation = &single_operation(action.kind), .body = request.take()};
}

PreparedRequest read_request(const ActionRecord& action) {
  static const Operation get = Operation::named("GetItem");
  RequestJson request(action.key.size() + 128);
  request.text("TableName", action.table).raw("Key", action.key).flag("ConsistentRead", true);
  request.text("ReturnConsumedCapacity", "TOTAL");
  return {.operation = &get, .body = request.take()};
}

}  // namespace drift::migrate
