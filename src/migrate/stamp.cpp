// Stamps: see the header.
#include "migrate/stamp.hpp"

#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <drift/value.hpp>

namespace drift::migrate {

using journal::ActionKind;

std::string stamp_name(std::string_view stamp, std::uint64_t number, std::uint64_t epoch) {
  if (stamp.empty()) return "";
  return std::string(stamp) + '.' + std::to_string(number) + '.' + std::to_string(epoch);
}

bool is_stampable(const journal::ActionRecord& action) {
  return action.scanned_item && (action.kind == ActionKind::update || action.kind == ActionKind::put);
}

Stamp stamp_of(const journal::ActionRecord& action) {
  return {.ordinal = action.ordinal + 1U, .of = action.group_size};
}

std::string stamp_json(const Stamp& stamp) {
  return R"({"L":[{"N":")" + std::to_string(stamp.ordinal) + R"("},{"N":")" + std::to_string(stamp.of) + R"("}]})";
}

std::optional<Stamp> find_stamp(std::string_view item, std::string_view name) {
  const auto raw = value::JsonObject::parse(item).raw(name);
  if (!raw) return std::nullopt;
  const Value value = value::parse_value(*raw, value::answer_rules);
  if (value.type() != Type::list) return std::nullopt;
  const List& parts = value.as_list();
  if (parts.size() != 2 || parts[0].type() != Type::number || parts[1].type() != Type::number) return std::nullopt;
  return Stamp{.ordinal = static_cast<std::uint64_t>(parts[0].as_int64()),
               .of = static_cast<std::uint64_t>(parts[1].as_int64())};
}

}  // namespace drift::migrate
