#include "client/capacity.hpp"

#include "value/json_object.hpp"

namespace drift::client {

double consumed_units(std::string_view answer_json) {
  using value::JsonObject;
  const JsonObject answer = JsonObject::parse(answer_json);
  const auto consumed = answer.raw("ConsumedCapacity");
  if (!consumed) return 0;
  if (consumed->starts_with('{')) return JsonObject::parse(*consumed).real("CapacityUnits").value_or(0);
  double units = 0;
  for (const std::string_view table : answer.array("ConsumedCapacity")) {
    units += JsonObject::parse(table).real("CapacityUnits").value_or(0);
  }
  return units;
}

}  // namespace drift::client
