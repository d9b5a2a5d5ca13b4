// One function an operation; operations that are not named here pass unchecked.
#include "support/strict_rules.hpp"

#include "expression/limits.hpp"
#include "support/strict_expressions.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <set>
#include <vector>

namespace drift::testing {
namespace {

using value::JsonObject;

constexpr std::size_t batch_write_max = 25;
constexpr std::size_t batch_get_max = 100;
constexpr std::size_t batch_statements_max = 25;
constexpr std::size_t transaction_actions_max = 100;
constexpr std::uint64_t segments_max = 1'000'000;

// --- parts of requests
// ------------------------------------------------------------------------------------------------

std::string check_table_name(const std::string& name) {
  constexpr std::size_t name_min = 3;
  constexpr std::size_t name_max = 255;
  if (name.starts_with("arn:")) return name.substr(name.rfind('/') + 1);
  const bool good = std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  });
  if (!good || name.size() < name_min || name.size() > name_max)
    refuse_request("Invalid table name '" + name + "': 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'");
  return name;
}

std::string table_of(const JsonObject& request) {
  const auto name = request.string("TableName");
  if (!name) refuse_request("The parameter 'TableName' is required but was not present in the request");
  return check_table_name(*name);
}

void check_one_of(const JsonObject& request, std::string_view member, std::initializer_list<std::string_view> values) {
  const auto given = request.string(member);
  if (given && std::ranges::find(values, *given) == values.end())
    refuse_request("Value '" + *given + "' at '" + std::string(member) + "' failed to satisfy constraint");
}

std::size_t check_item(const JsonObject& object, const std::optional<KeySchema>& schema) {
  const auto raw = object.raw("Item");
  if (!raw) refuse_request("The parameter 'Item' is required but was not present in the request");
  const Attributes item = value::parse_attributes(*raw);
  const std::size_t bytes = size_bytes(item);
  if (bytes > expression::item_bytes_max) refuse_request("Item size has exceeded the maximum allowed size");
  if (schema) value::canonical_key_json(item, *schema);  // refuses a missing, empty or long key
  return bytes;
}

void check_key_attributes(const Attributes& key, const std::optional<KeySchema>& schema) {
  if (!schema) return;
  if (key.size() != schema->size()) refuse_request("The provided key element does not match the schema");
  value::canonical_key_json(key, *schema);
}

void check_key(const JsonObject& object, const std::optional<KeySchema>& schema) {
  const auto raw = object.raw("Key");
  if (!raw) refuse_request("The parameter 'Key' is required but was not present in the request");
  check_key_attributes(value::parse_attributes(*raw), schema);
}

// The item that a Put, Delete, Update or Get is about, in canonical words; empty where the schema would be needed.
std::string target_of(const JsonObject& action, const std::string& table, const std::optional<KeySchema>& schema) {
  const auto key = action.raw("Key");
  const auto item = action.raw("Item");
  if (!schema) return key ? table + " " + to_json(value::parse_attributes(*key)) : std::string();
  const auto raw = key ? key : item;
  return raw ? table + " " + value::canonical_key_json(value::parse_attributes(*raw), *schema) : std::string();
}

class Targets {
 public:
  // Refuses a second action on an item.
  void add(const std::string& target, const std::string& message) {
    if (!target.empty() && !targets_.insert(target).second) refuse_request(message);
  }

 private:
  std::set<std::string> targets_;
};

// --- single items
// -----------------------------------------------------------------------------------------------------

void check_write_options(const JsonObject& request, std::initializer_list<std::string_view> return_values) {
  check_one_of(request, "ReturnValues", return_values);
  check_one_of(request, "ReturnValuesOnConditionCheckFailure", {"NONE", "ALL_OLD"});
  check_one_of(request, "ReturnConsumedCapacity", {"INDEXES", "TOTAL", "NONE"});
}

// A write, alone or in a transaction. Returns the bytes of its item.
std::size_t check_write(std::string_view kind, const JsonObject& action, const std::optional<KeySchema>& schema) {
  std::size_t bytes = 0;
  RequestExpressions expressions(action);
  if (kind == "Put") {
    bytes = check_item(action, schema);
  } else {
    check_key(action, schema);
  }
  if (kind == "Update") expressions.check_update(schema.value_or(KeySchema{}));
  expressions.check_condition("ConditionExpression");
  expressions.check_placeholders();
  return bytes;
}

void check_put_item(const JsonObject& request, const KeySchemas& schemas) {
  check_write_options(request, {"NONE", "ALL_OLD"});
  check_write("Put", request, schemas.find(table_of(request)));
}

void check_delete_item(const JsonObject& request, const KeySchemas& schemas) {
  check_write_options(request, {"NONE", "ALL_OLD"});
  check_write("Delete", request, schemas.find(table_of(request)));
}

void check_update_item(const JsonObject& request, const KeySchemas& schemas) {
  check_write_options(request, {"NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"});
  check_write("Update", request, schemas.find(table_of(request)));
}

void check_get_item(const JsonObject& request, const KeySchemas& schemas) {
  check_key(request, schemas.find(table_of(request)));
  RequestExpressions expressions(request);
  expressions.check_projection();
  expressions.check_placeholders();
}

// --- many items
// -------------------------------------------------------------------------------------------------------

void check_limit(const JsonObject& request) {
  if (request.raw("Limit") && request.integer("Limit") == 0U)
    refuse_request(
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
}

void check_scan(const JsonObject& request, const KeySchemas&) {
  table_of(request);
  check_limit(request);
  const auto segment = request.integer("Segment");
  const auto segments = request.integer("TotalSegments");
  if (segment.has_value() != segments.has_value())
    refuse_request("The Segment and TotalSegments parameters are required together");
  if (segments && (*segments == 0 || *segments > segments_max || *segment >= *segments))
    refuse_request(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments, at most 1000000");
  RequestExpressions expressions(request);
  expressions.check_condition("FilterExpression");
  expressions.check_projection();
  expressions.check_placeholders();
}

void check_query(const JsonObject& request, const KeySchemas&) {
  table_of(request);
  check_limit(request);
  RequestExpressions expressions(request);
  expressions.check_condition("KeyConditionExpression");
  expressions.check_condition("FilterExpression");
  expressions.check_projection();
  expressions.check_placeholders();
}

JsonObject request_items(const JsonObject& request) {
  auto tables = request.object("RequestItems");
  if (!tables || tables->members().empty())
    refuse_request("The parameter 'RequestItems' is required and must not be empty");
  return *tables;
}

void check_batch_write(const JsonObject& request, const KeySchemas& schemas) {
  const JsonObject tables = request_items(request);
  std::size_t count = 0;
  Targets targets;
  for (const auto& member : tables.members()) {
    const std::string table = check_table_name(std::string(member.name));
    const auto schema = schemas.find(table);
    const auto writes = tables.array(member.name);
    if (writes.empty()) refuse_request("The batch write request list for a table cannot be null or empty");
    for (const auto raw : writes) {
      const auto write = JsonObject::parse(raw);
      const auto put = write.object("PutRequest");
      const auto remove = write.object("DeleteRequest");
      if (put.has_value() == remove.has_value())
        refuse_request("Supplied AttributeValue has more than one datatypes set, must contain exactly one");
      if (put) check_item(*put, schema);
      if (remove) check_key(*remove, schema);
      targets.add(target_of(put ? *put : *remove, table, schema), "Provided list of item keys contains duplicates");
      ++count;
    }
  }
  if (count > batch_write_max) refuse_request("Too many items requested for the BatchWriteItem call");
}

void check_batch_get(const JsonObject& request, const KeySchemas& schemas) {
  const JsonObject tables = request_items(request);
  std::size_t count = 0;
  for (const auto& member : tables.members()) {
    const std::string table = check_table_name(std::string(member.name));
    const auto schema = schemas.find(table);
    const auto get = JsonObject::parse(member.value);
    Targets targets;
    for (const auto raw : get.array("Keys")) {
      const Attributes key = value::parse_attributes(raw);
      check_key_attributes(key, schema);
      targets.add(schema ? value::canonical_key_json(key, *schema) : to_json(key),
                  "Provided list of item keys contains duplicates");
      ++count;
    }
    RequestExpressions expressions(get);
    expressions.check_projection();
    expressions.check_placeholders();
  }
  if (count == 0) refuse_request("The parameter 'Keys' is required and must not be empty");
  if (count > batch_get_max) refuse_request("Too many items requested for the BatchGetItem call");
}

std::vector<std::string_view> transaction_actions(const JsonObject& request) {
  auto actions = request.array("TransactItems");
  if (actions.empty() || actions.size() > transaction_actions_max)
    refuse_request(
        "Member must have length less than or equal to 100, and greater than or equal to 1: 'transactItems'");
  return actions;
}

void check_transact_write(const JsonObject& request, const KeySchemas& schemas) {
  constexpr std::size_t token_max = 36;
  const auto token = request.string("ClientRequestToken");
  if (token && (token->empty() || token->size() > token_max))
    refuse_request("Value at 'clientRequestToken' failed to satisfy constraint: length 1 to 36");
  constexpr std::array<std::string_view, 4> kinds{"Put", "Update", "Delete", "ConditionCheck"};
  Targets targets;
  std::size_t bytes = 0;
  for (const auto raw : transaction_actions(request)) {
    const auto entry = JsonObject::parse(raw);
    const auto given = std::ranges::count_if(kinds, [&](auto kind) { return entry.raw(kind).has_value(); });
    if (given != 1) refuse_request("TransactItems can only contain one of Check, Put, Update or Delete");
    for (const auto kind : kinds) {
      const auto action = entry.object(kind);
      if (!action) continue;
      const std::string table = table_of(*action);
      const auto schema = schemas.find(table);
      check_write_options(*action, {});
      const bool needs_condition = kind == "ConditionCheck" && !action->string("ConditionExpression");
      const bool needs_update = kind == "Update" && !action->string("UpdateExpression");
      if (needs_condition || needs_update) refuse_request(std::string(kind) + " has no expression");
      bytes += check_write(kind, *action, schema);
      targets.add(target_of(*action, table, schema),
                  "Transaction request cannot include multiple operations on one item");
    }
  }
  if (bytes > transaction_bytes_max) refuse_request("Collection size of the transaction exceeds 4 MB");
}

void check_transact_get(const JsonObject& request, const KeySchemas& schemas) {
  Targets targets;
  for (const auto raw : transaction_actions(request)) {
    const auto get = JsonObject::parse(raw).object("Get");
    if (!get) refuse_request("TransactItems of TransactGetItems must contain Get");
    const std::string table = table_of(*get);
    const auto schema = schemas.find(table);
    check_get_item(*get, schemas);
    targets.add(target_of(*get, table, schema), "Transaction request cannot include multiple operations on one item");
  }
}

void check_batch_statements(const JsonObject& request, const KeySchemas&) {
  const auto statements = request.array("Statements");
  if (statements.empty() || statements.size() > batch_statements_max)
    refuse_request("Member must have length less than or equal to 25, and greater than or equal to 1: 'statements'");
}

// --- tables
// -----------------------------------------------------------------------------------------------------------

void check_create_table(const JsonObject& request, const KeySchemas&) {
  table_of(request);
  std::set<std::string> defined;
  for (const auto raw : request.array("AttributeDefinitions"))
    defined.insert(JsonObject::parse(raw).string("AttributeName").value_or(""));
  std::set<std::string> used;
  const auto use_keys_of = [&](const JsonObject& object) {
    for (const auto raw : object.array("KeySchema"))
      used.insert(JsonObject::parse(raw).string("AttributeName").value_or(""));
  };
  use_keys_of(request);
  for (const std::string_view indexes : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    for (const auto raw : request.array(indexes)) use_keys_of(JsonObject::parse(raw));
  }
  if (defined != used)
    refuse_request(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
}

using Check = void (*)(const JsonObject&, const KeySchemas&);

const std::map<std::string_view, Check>& checks() {
  static const std::map<std::string_view, Check> all{
      {"BatchExecuteStatement", check_batch_statements},
      {"BatchGetItem", check_batch_get},
      {"BatchWriteItem", check_batch_write},
      {"CreateTable", check_create_table},
      {"DeleteItem", check_delete_item},
      {"GetItem", check_get_item},
      {"PutItem", check_put_item},
      {"Query", check_query},
      {"Scan", check_scan},
      {"TransactGetItems", check_transact_get},
      {"TransactWriteItems", check_transact_write},
      {"UpdateItem", check_update_item},
  };
  return all;
}

Type type_of_tag(std::string_view tag) {
  if (tag == "S") return Type::string;
  return tag == "N" ? Type::number : Type::binary;
}

}  // namespace

void KeySchemas::learn(std::string_view answer_json) {
  const auto answer = JsonObject::parse(answer_json);
  const auto table = answer.object("Table") ? answer.object("Table") : answer.object("TableDescription");
  if (!table) return;
  KeySchema schema;
  for (const auto raw : table->array("KeySchema")) {
    const auto name = JsonObject::parse(raw).string("AttributeName").value_or("");
    for (const auto definition_raw : table->array("AttributeDefinitions")) {
      const auto definition = JsonObject::parse(definition_raw);
      if (definition.string("AttributeName") == name)
        schema.push_back({name, type_of_tag(definition.string("AttributeType").value_or("S"))});
    }
  }
  const std::lock_guard lock(mutex_);
  schemas_.insert_or_assign(table->string("TableName").value_or(""), std::move(schema));
}

void KeySchemas::forget(const std::string& table) {
  const std::lock_guard lock(mutex_);
  schemas_.erase(table);
}

std::optional<KeySchema> KeySchemas::find(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  const auto found = schemas_.find(table);
  if (found == schemas_.end()) return std::nullopt;
  return found->second;
}

void check_request(std::string_view operation, std::string_view body, const KeySchemas& schemas) {
  if (body.size() > request_bytes_max) throw Error("SerializationException", "The request is over 16 MB");
  const auto check = checks().find(operation);
  if (check == checks().end()) return;
  try {
    check->second(JsonObject::parse(body), schemas);
  } catch (const Error& error) {
    if (error.code() != "MalformedAnswer") throw;
    throw Error("SerializationException", error.message());  // JsonObject's code is for answers; this is a request
  }
}

}  // namespace drift::testing
