#include "client/capacity.hpp"

#include "value/json_object.hpp"

#include <drift/error.hpp>

namespace drift::client {

namespace {

using value::JsonObject;

void add(Consumption& sum, std::string_view consumed_json) {
  const JsonObject consumed = JsonObject::parse(consumed_json);
  sum.units += consumed.real("CapacityUnits").value_or(0);
  const auto indexes = consumed.object("GlobalSecondaryIndexes");
  if (!indexes) return;
  for (const JsonObject::Member& index : indexes->members()) {
    sum.indexes.emplace_back(JsonObject::unescaped(index),
                             JsonObject::parse(index.value).real("CapacityUnits").value_or(0));
  }
}

// "arn:aws:dynamodb:eu-west-1:1:table/T/index/by-year"
void read_resource(std::string_view resource, ThrottlingReason& reason) {
  constexpr std::string_view table_mark = "table/";
  constexpr std::string_view index_mark = "/index/";
  const std::size_t table = resource.find(table_mark);
  if (table == std::string_view::npos) return;
  resource.remove_prefix(table + table_mark.size());
  const std::size_t index = resource.find(index_mark);
  reason.table = resource.substr(0, index);
  if (index != std::string_view::npos) reason.index = resource.substr(index + index_mark.size());
}

}  // namespace

Consumption consumption(std::string_view answer_json) {
  const JsonObject answer = JsonObject::parse(answer_json);
  Consumption sum;
  const auto consumed = answer.raw("ConsumedCapacity");
  if (!consumed) return sum;
  if (consumed->starts_with('{')) {
    add(sum, *consumed);
  } else {
    for (const std::string_view table : answer.array("ConsumedCapacity")) add(sum, table);
  }
  return sum;
}

double consumed_units(std::string_view answer_json) { return consumption(answer_json).units; }

std::vector<ThrottlingReason> throttling_reasons(std::string_view error_json) {
  std::vector<ThrottlingReason> reasons;
  try {
    const JsonObject error = JsonObject::parse(error_json);
    auto list = error.array("ThrottlingReasons");
    if (list.empty()) list = error.array("throttlingReasons");
    for (const std::string_view raw : list) {
      const JsonObject json = JsonObject::parse(raw);
      ThrottlingReason& reason = reasons.emplace_back();
      reason.reason = json.string("reason").value_or("");
      read_resource(json.string("resource").value_or(""), reason);
    }
  } catch (const Error&) {
    return {};  // that there is too little is known from the error's code
  }
  return reasons;
}

}  // namespace drift::client
