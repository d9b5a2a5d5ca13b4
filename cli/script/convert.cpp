// convert.hpp: one function for each type that is converted to.
#include "cli/script/convert.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <drift/error.hpp>

#include <string>
#include <vector>

namespace drift::script {

namespace {

[[noreturn]] void refuse(const Value& value, Type type) {
  throw ConversionError("is of type " + std::string(type_tag(value.type())) + ", of which there is no exact " +
                        std::string(type_tag(type)));
}

Value to_string(const Value& value) {
  if (value.type() == Type::number) return value.as_number().text();
  if (value.type() == Type::boolean) return value.as_bool() ? "true" : "false";
  if (value.type() != Type::binary) refuse(value, Type::string);
  const Bytes& bytes = value.as_binary();
  std::string text(bytes.begin(), bytes.end());
  if (!base::is_utf8(text)) throw ConversionError("has bytes that are no UTF-8 text");
  return text;
}

Value to_number(const Value& value) {
  if (value.type() == Type::boolean) return value.as_bool() ? 1 : 0;
  if (value.type() != Type::string) refuse(value, Type::number);
  const auto number = Number::try_parse(value.as_string());
  if (!number) throw ConversionError("is \"" + base::one_line(value.as_string(), 100) + "\", which is no number");
  return *number;
}

Value to_binary(const Value& value) {
  if (value.type() != Type::string) refuse(value, Type::binary);
  return Value::binary(Bytes(value.as_string().begin(), value.as_string().end()));
}

Value to_boolean(const Value& value) {
  if (value == Value("true") || value == Value(1)) return true;
  if (value == Value("false") || value == Value(0)) return false;
  if (value.type() != Type::string && value.type() != Type::number) refuse(value, Type::boolean);
  throw ConversionError("is neither true nor false (texts), nor 1 nor 0");
}

Value to_list(const Value& value) {
  const auto list_of = [](const auto& members, const auto& make) {
    List list;
    for (const auto& member : members) list.push_back(make(member));
    return list;
  };
  const auto same = [](const auto& member) { return Value(member); };
  if (value.type() == Type::string_set) return list_of(value.as_string_set(), same);
  if (value.type() == Type::number_set) return list_of(value.as_number_set(), same);
  if (value.type() == Type::binary_set)
    return list_of(value.as_binary_set(), [](const Bytes& member) { return Value::binary(member); });
  refuse(value, Type::list);
}

// The members of a list, each of which is of `type`.
template <typename Member>
std::vector<Member> members_of(const Value& list, Type type, Type set, const auto& content) {
  if (list.type() != Type::list) refuse(list, set);
  std::vector<Member> members;
  for (const Value& member : list.as_list()) {
    if (member.type() != type)
      throw ConversionError("has a member of type " + std::string(type_tag(member.type())) + ", not " +
                            std::string(type_tag(type)));
    members.push_back(content(member));
  }
  return members;
}

Value to_set(const Value& value, Type set) {
  try {
    if (set == Type::string_set)
      return Value::string_set(
          members_of<std::string>(value, Type::string, set, [](const Value& v) { return v.as_string(); }));
    if (set == Type::number_set)
      return Value::number_set(
          members_of<Number>(value, Type::number, set, [](const Value& v) { return v.as_number(); }));
    return Value::binary_set(members_of<Bytes>(value, Type::binary, set, [](const Value& v) { return v.as_binary(); }));
  } catch (const Error& error) {
    throw ConversionError("cannot be a set: " + error.message());
  }
}

}  // namespace

std::optional<Type> type_of_tag(std::string_view tag) noexcept {
  for (const Type type : {Type::string, Type::number, Type::binary, Type::boolean, Type::list, Type::string_set,
                          Type::number_set, Type::binary_set})
    if (type_tag(type) == tag) return type;
  return std::nullopt;
}

Value converted(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return to_string(value);
    case Type::number:
      return to_number(value);
    case Type::binary:
      return to_binary(value);
    case Type::boolean:
      return to_boolean(value);
    case Type::list:
      return to_list(value);
    case Type::string_set:
    case Type::number_set:
    case Type::binary_set:
      return to_set(value, type);
    case Type::null:
    case Type::map:
      break;
  }
  refuse(value, type);
}

}  // namespace drift::script
