// The guard: see the header. The condition has one comparison for each guarded attribute; equality with a present
// attribute says that the item exists, so only a guard of absent attributes has to say so itself.
#include "migrate/guard.hpp"

#include "expression/update_expression.hpp"
#include "value/attribute_json.hpp"
#include "value/json_cursor.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <optional>

namespace drift::migrate {

namespace {

using value::JsonObject;

// The guarded attributes with their values in the image, each once.
struct Expected {
  std::string name;
  std::optional<std::string_view> value;  // raw; none: must be absent
};

std::vector<Expected> expected_values(std::string_view guarded, const JsonObject& image) {
  const Guarded names = parse_guarded(guarded);
  std::vector<Expected> list;
  if (names.all) {
    for (const JsonObject::Member& member : image.members()) {
      list.push_back({.name = JsonObject::unescaped(member), .value = member.value});
    }
  }
  for (const std::string& name : names.names) {
    const auto present = image.raw(name);
    if (names.all && present) continue;
    list.push_back({.name = name, .value = present});
  }
  return list;
}

JsonObject parse_image(std::string_view image) { return JsonObject::parse(image.empty() ? "{}" : image); }

bool equal(std::optional<std::string_view> a, std::optional<std::string_view> b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a || *a == *b) return true;
  return value::parse_value(*a, value::answer_rules) == value::parse_value(*b, value::answer_rules);
}

// The value is appended by the caller.
std::string& begin_member(std::string& members, std::string_view name) {
  if (!members.empty()) members += ',';
  return members.append("\"").append(name).append("\":");
}

void add_name(std::string& members, std::string_view placeholder, std::string_view name) {
  value::append_json_string(begin_member(members, placeholder), name);
}

}  // namespace

std::string guarded_text(const Guarded& guarded) {
  std::string text = guarded.all ? "*[" : "[";
  for (const std::string& name : guarded.names) {
    if (text.back() != '[') text += ',';
    value::append_json_string(text, name);
  }
  text += ']';
  return text;
}

Guarded parse_guarded(std::string_view text) {
  Guarded guarded;
  if (text.starts_with('*')) {
    guarded.all = true;
    text.remove_prefix(1);
  }
  if (text == "[]") return guarded;
  value::JsonCursor cursor(text, "MalformedAnswer");
  cursor.expect('[');
  do guarded.names.push_back(cursor.unescape(cursor.string()));
  while (cursor.accept(','));
  cursor.expect(']');
  cursor.expect_end();
  return guarded;
}

std::string partition_key_name(std::string_view key) {
  const auto parsed = JsonObject::parse(key);
  return JsonObject::unescaped(parsed.members().front());
}

ConditionParts exists_condition(std::string_view key) {
  ConditionParts parts{.text = "attribute_exists(#driftk)", .operators = 1};
  add_name(parts.names, "#driftk", partition_key_name(key));
  return parts;
}

ConditionParts unchanged_condition(std::string_view guarded, std::string_view image, std::string_view key) {
  const JsonObject values = parse_image(image);
  const auto list = expected_values(guarded, values);
  const bool says_exists = std::any_of(list.begin(), list.end(), [](const Expected& e) { return e.value.has_value(); });
  ConditionParts parts = says_exists ? ConditionParts{} : exists_condition(key);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string number = std::to_string(i);
    const std::string name = std::string(own_name) + number;
    if (!parts.text.empty()) {
      parts.text += " AND ";
      ++parts.operators;
    }
    ++parts.operators;
    add_name(parts.names, name, list[i].name);
    if (list[i].value) {
      const std::string placeholder = std::string(own_value) + number;
      parts.text.append(name).append(" = ").append(placeholder);
      begin_member(parts.values, placeholder) += *list[i].value;
    } else {
      parts.text.append("attribute_not_exists(").append(name).append(")");
    }
  }
  return parts;
}

ConditionSize size_of(const ConditionParts& parts) {
  return {.bytes = parts.text.size(), .operators = parts.operators, .value_bytes = parts.values.size()};
}

std::optional<ConditionSize> size_at_most(const Guarded& guarded, std::string_view image) {
  if (guarded.all) return {};  // as many as the image has
  // "attribute_exists(#driftk)" alone, and for each name " AND attribute_not_exists(#drift12345)", ":drift12345": and
  // a comma, of which the first has none.
  constexpr std::size_t exists_bytes = 25;
  constexpr std::size_t name_bytes = 40;
  constexpr std::size_t placeholder_bytes = 16;
  const std::size_t names = guarded.names.size();
  return ConditionSize{.bytes = exists_bytes + names * name_bytes,
                       .operators = 1 + 2 * names,
                       .value_bytes = image.size() + names * placeholder_bytes};
}

bool guard_holds(const journal::ActionRecord& action, std::string_view item) {
  const JsonObject image = parse_image(action.image);
  const JsonObject now = JsonObject::parse(item);
  const auto list = expected_values(action.guarded, image);
  return std::all_of(list.begin(), list.end(), [&](const Expected& e) { return equal(e.value, now.raw(e.name)); });
}

Names names_of(const journal::ActionRecord& action) {
  Names names;
  if (action.names.empty()) return names;
  const JsonObject given = JsonObject::parse(action.names);
  for (const JsonObject::Member& member : given.members()) {
    names.emplace(member.name, value::unescape_json_string(member.value));
  }
  return names;
}

namespace {

Attributes values_of(const journal::ActionRecord& action) {
  return action.values.empty() ? Attributes{} : value::parse_attributes(action.values);
}

}  // namespace

Attributes image_after(const journal::ActionRecord& action) {
  if (!action.item.empty()) return value::parse_attributes(action.item);
  const auto update = expression::UpdateExpression::parse(action.expression);
  const Attributes before = value::parse_attributes(action.image.empty() ? "{}" : action.image, value::answer_rules);
  return update->apply(before, values_of(action), names_of(action));
}

std::string image_json_after(const journal::ActionRecord& action) {
  std::string image;
  value::append_json(image, image_after(action));
  return image;
}

bool is_result(const journal::ActionRecord& action, std::string_view item) {
  const Attributes expected = image_after(action);
  if (!action.item.empty()) return value::parse_attributes(item, value::answer_rules) == expected;
  const JsonObject now = JsonObject::parse(item);
  const auto as_expected = [&](const std::string& name) {
    const auto present = now.raw(name);
    const auto wanted = expected.find(name);
    if (wanted == expected.end()) return !present.has_value();
    return present && value::parse_value(*present, value::answer_rules) == wanted->second;
  };
  const JsonObject image = parse_image(action.image);
  const auto guarded = expected_values(action.guarded, image);
  // Under a version the written attributes are no part of the guard.
  const auto written = expression::UpdateExpression::parse(action.expression)->writes(names_of(action));
  return std::all_of(guarded.begin(), guarded.end(), [&](const Expected& e) { return as_expected(e.name); }) &&
         std::all_of(written.begin(), written.end(), as_expected);
}

bool changes_nothing(const journal::ActionRecord& action, std::string_view item) {
  if (action.kind == journal::ActionKind::remove) return item.empty();
  if (item.empty()) return false;
  const Attributes now = value::parse_attributes(item, value::answer_rules);
  if (!action.item.empty()) return now == value::parse_attributes(action.item);
  const auto update = expression::UpdateExpression::parse(action.expression);
  return update->apply(now, values_of(action), names_of(action)) == now;
}

}  // namespace drift::migrate
