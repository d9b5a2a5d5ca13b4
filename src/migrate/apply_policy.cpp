// The plain policy. An insert is a PutItem under the condition that the item is absent; where it is not, the item that
// is there comes back with the refusal, and an equal one is as good as inserted.
#include "migrate/apply_policy.hpp"

#include "client/capacity.hpp"
#include "client/request_json.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <string_view>
#include <utility>

namespace drift::migrate {

namespace {

using client::Operation;
using journal::ActionKind;
using journal::ActionRecord;
using journal::ActionState;

constexpr std::string_view absent_name = "#drift_key";

const Operation& operation_of(ActionKind kind) {
  static const Operation update = Operation::named("UpdateItem");
  static const Operation put = Operation::named("PutItem");
  static const Operation remove = Operation::named("DeleteItem");
  switch (kind) {
    case ActionKind::update:
      return update;
    case ActionKind::remove:
      return remove;
    case ActionKind::insert:
    case ActionKind::put:
      break;
  }
  return put;
}

// The name of the partition key: the first member of a canonical key.
std::string partition_key_name(const ActionRecord& action) {
  const auto key = value::JsonObject::parse(action.key);
  return value::unescape_json_string("\"" + std::string(key.members().front().name) + "\"");
}

void add_insert_condition(client::RequestJson& request, const ActionRecord& action) {
  std::string condition = "attribute_not_exists(" + std::string(absent_name) + ")";
  if (!action.condition.empty()) condition += " AND (" + action.condition + ")";
  request.text("ConditionExpression", condition);
  std::string& names = request.begin("ExpressionAttributeNames");
  names.append("{\"").append(absent_name).append("\":");
  value::append_json_string(names, partition_key_name(action));
  if (action.names.empty()) {
    names += '}';
  } else {
    names.append(",").append(action.names, 1);  // behind its opening brace
  }
  request.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
}

Error with_item(const Error& error, const ActionRecord& action) {
  Error::Details details = error.details();
  details.table = action.table;
  details.key = value::parse_attributes(action.key);
  if (details.in_doubt) {
    details.next_step =
        "The write may have been executed. It is not sent again by itself: read the item, and compare it with the "
        "action.";
  } else if (details.next_step.empty()) {
    details.next_step =
        "The item is unchanged by this action. Remove the cause and run the migration again: it goes on.";
  }
  return Error(std::move(details));
}

class PlainPolicy final : public ApplyPolicy {
 public:
  PreparedWrite prepare(const ActionRecord& action) override {
    client::RequestJson request(action.bytes());
    request.text("TableName", action.table).text("ReturnConsumedCapacity", "TOTAL");
    request.raw(action.item.empty() ? "Key" : "Item", action.item.empty() ? action.key : action.item);
    request.text_if("UpdateExpression", action.expression);
    if (!action.values.empty()) request.raw("ExpressionAttributeValues", action.values);
    if (action.kind == ActionKind::insert) {
      add_insert_condition(request, action);
    } else {
      request.text_if("ConditionExpression", action.condition);
      if (!action.names.empty()) request.raw("ExpressionAttributeNames", action.names);
    }
    return {.operation = &operation_of(action.kind), .body = request.take()};
  }

  Verdict judge(const ActionRecord& action, const client::CallResult& result) override {
    if (!result.error) return {.state = ActionState::done, .write_units = client::consumed_units(result.body)};
    if (result.error->code() == "ConditionalCheckFailedException") return judge_condition(action, result);
    const bool in_doubt = result.error->in_doubt();
    return {.state = in_doubt ? ActionState::in_doubt : ActionState::failed, .error = with_item(*result.error, action)};
  }

 private:
  static Verdict judge_condition(const ActionRecord& action, const client::CallResult& result) {
    if (action.kind != ActionKind::insert) return {.state = ActionState::skipped};
    const auto met = value::JsonObject::parse(result.error_body).raw("Item");
    if (!met) return {.state = ActionState::skipped};  // absent, so it was the caller's own condition
    if (value::parse_attributes(*met) == value::parse_attributes(action.item)) return {.state = ActionState::done};
    const Error error(
        {.code = "ItemExists",
         .message = "the insert met a different item with the same key; it was not replaced",
         .next_step =
             "The item is unchanged. Use put to replace items, or remove the item, and run the migration again."});
    return {.state = ActionState::failed, .error = with_item(error, action)};
  }
};

}  // namespace

std::unique_ptr<ApplyPolicy> make_plain_policy() { return std::make_unique<PlainPolicy>(); }

}  // namespace drift::migrate
