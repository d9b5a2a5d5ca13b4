// The item operations of Client: each writes its request, makes the call, and reads what it needs of the answer.
#include "base/text.hpp"
#include "client/core.hpp"
#include "client/item_source.hpp"
#include "client/request_json.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <drift/client.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace drift {
namespace {

using client::Operation;
using client::RequestJson;
using value::JsonObject;

std::string_view name_of(ReturnValues wanted) {
  switch (wanted) {
    case ReturnValues::all_old:
      return "ALL_OLD";
    case ReturnValues::all_new:
      return "ALL_NEW";
    case ReturnValues::updated_old:
      return "UPDATED_OLD";
    case ReturnValues::updated_new:
      return "UPDATED_NEW";
    case ReturnValues::none:
      break;
  }
  return "NONE";
}

void append_return_values(RequestJson& json, ReturnValues wanted) {
  if (wanted != ReturnValues::none) json.text("ReturnValues", name_of(wanted));
}

Attributes returned(std::string_view answer, ReturnValues wanted) {
  if (wanted == ReturnValues::none) return {};
  const auto raw = JsonObject::parse(answer).raw("Attributes");
  return raw ? value::parse_attributes(*raw) : Attributes();
}

// An update and its condition share one set of placeholders in the request.
template <typename Map>
Map merged(const Map& a, const Map& b) {
  Map all = a;
  for (const auto& [placeholder, value] : b) {
    const auto [known, added] = all.emplace(placeholder, value);
    if (!added && !(known->second == value)) {
      throw Error("ValidationException",
                  "The update and its condition give " + placeholder + " two meanings; use another placeholder.");
    }
  }
  return all;
}

}  // namespace

Client::Client(const ClientOptions& options) : core_(std::make_unique<client::ClientCore>(options)) {}

Client::Client(std::unique_ptr<client::ClientCore> core) noexcept : core_(std::move(core)) {}

Client::~Client() = default;

std::string Client::call(std::string_view operation, std::string_view json) {
  // The name becomes part of a header.
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (operation.empty() || !std::all_of(operation.begin(), operation.end(), fits)) {
    throw Error("ValidationException", "\"" + base::one_line(operation, 100) + "\" is no name of an operation.");
  }
  return core_->call(Operation::named(operation), std::string(json));
}

std::optional<Attributes> Client::get_item(std::string_view table, const Attributes& key, const GetOptions& options) {
  static const Operation operation = Operation::named("GetItem");
  RequestJson json;
  json.text("TableName", table).attributes("Key", key);
  if (options.consistent) json.flag("ConsistentRead", true);
  json.text_if("ProjectionExpression", options.projection).names(options.names);
  const std::string answer = core_->call(operation, json.take(), {.table = table});
  const auto item = JsonObject::parse(answer).raw("Item");
  if (!item) return std::nullopt;
  return value::parse_attributes(*item);
}

Attributes Client::put_item(std::string_view table, const Attributes& item, const WriteOptions& options) {
  static const Operation operation = Operation::named("PutItem");
  RequestJson json;
  json.text("TableName", table).attributes("Item", item);
  json.text_if("ConditionExpression", options.condition.text);
  json.names(options.condition.names).values(options.condition.values);
  append_return_values(json, options.return_values);
  return returned(core_->call(operation, json.take(), {.table = table}), options.return_values);
}

Attributes Client::update_item(std::string_view table, const Attributes& key, const Expression& update,
                               const WriteOptions& options) {
  static const Operation operation = Operation::named("UpdateItem");
  RequestJson json;
  json.text("TableName", table).attributes("Key", key);
  json.text_if("UpdateExpression", update.text).text_if("ConditionExpression", options.condition.text);
  json.names(merged(update.names, options.condition.names)).values(merged(update.values, options.condition.values));
  append_return_values(json, options.return_values);
  return returned(core_->call(operation, json.take(), {.table = table}), options.return_values);
}

Attributes Client::delete_item(std::string_view table, const Attributes& key, const WriteOptions& options) {
  static const Operation operation = Operation::named("DeleteItem");
  RequestJson json;
  json.text("TableName", table).attributes("Key", key);
  json.text_if("ConditionExpression", options.condition.text);
  json.names(options.condition.names).values(options.condition.values);
  append_return_values(json, options.return_values);
  return returned(core_->call(operation, json.take(), {.table = table}), options.return_values);
}

ItemRange Client::scan(std::string_view table, const ScanOptions& options) {
  return ItemRange(std::make_unique<client::ItemSource>(*this, std::string(table), options));
}

ItemRange Client::query(std::string_view table, const QueryOptions& options) {
  return ItemRange(std::make_unique<client::ItemSource>(*this, std::string(table), options));
}

const std::string& Client::region() const noexcept { return core_->settings().region; }

const std::string& Client::endpoint() const noexcept { return core_->settings().endpoint_url; }

}  // namespace drift
