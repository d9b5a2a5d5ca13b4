// TransactWriteItems: all or nothing, with a token that makes repeating it harmless for ten minutes.
#include "base/random.hpp"
#include "client/core.hpp"
#include "client/request_json.hpp"

#include <drift/client.hpp>

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
  core_->call(operation, json.take());
}

}  // namespace drift
