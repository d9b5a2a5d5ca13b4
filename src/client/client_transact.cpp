// TransactWriteItems: all or nothing, with a token that makes repeating it harmless for ten minutes.
#include "base/random.hpp"
#include "client/core.hpp"
#include "client/request_json.hpp"
#include "value/json_object.hpp"

#include <drift/client.hpp>

#include <algorithm>
#include <utility>

namespace drift {
namespace {

using client::Operation;
using client::RequestJson;

std::string_view name_of(TransactAction::Kind kind) {
  switch (kind) {
    case TransactAction::Kind::put:
      return "Put";
    case TransactAction::Kind::update:
      return "Update";
    case TransactAction::Kind::remove:
      return "Delete";
    case TransactAction::Kind::check:
      break;
  }
  return "ConditionCheck";
}

std::string action_json(const TransactAction& action) {
  RequestJson json;
  json.text("TableName", action.table);
  json.attributes(action.kind == TransactAction::Kind::put ? "Item" : "Key", action.item);
  json.text_if("UpdateExpression", action.expression).text_if("ConditionExpression", action.condition);
  json.names(action.names).values(action.values);
  return RequestJson().raw(name_of(action.kind), json.take()).take();
}

// The error of a cancelled transaction, told of the first action that stood against it (CancellationReasons of the
// answer, one for each action, "None" where there was nothing to object).
Error refusal(const Error& error, const std::string& body, const std::vector<TransactAction>& actions) {
  const auto reasons = value::JsonObject::parse(body).array("CancellationReasons");
  for (std::size_t i = 0; i < std::min(reasons.size(), actions.size()); ++i) {
    const auto reason = value::JsonObject::parse(reasons[i]);
    const std::string code = reason.string("Code").value_or("None");
    if (code == "None") continue;
    const TransactAction& action = actions[i];
    Error::Details details = error.details();
    details.message = "Action " + std::to_string(i + 1) + " of " + std::to_string(actions.size()) + " (" +
                      std::string(name_of(action.kind)) + ") cancelled the transaction: " + code;
    if (const auto message = reason.string("Message")) details.message += ": " + *message;
    details.table = action.table;
    if (action.kind != TransactAction::Kind::put) details.key = action.item;
    return Error(std::move(details));
  }
  return error;
}

}  // namespace

void Client::transact_write(const std::vector<TransactAction>& actions, std::string_view token) {
  static const Operation operation("TransactWriteItems", client::Repeat::with_token);
  RequestJson json;
  std::string& out = json.begin("TransactItems");
  out += '[';
  for (const TransactAction& action : actions) {
    if (out.back() != '[') out += ',';
    out += action_json(action);
  }
  out += ']';
  json.text("ClientRequestToken", token.empty() ? base::random_uuid() : std::string(token));
  const client::CallResult result = core_->ask(operation, json.take());
  if (!result.error) return;
  if (result.error->code() != "TransactionCanceledException") throw *result.error;
  throw refusal(*result.error, result.error_body, actions);
}

}  // namespace drift
