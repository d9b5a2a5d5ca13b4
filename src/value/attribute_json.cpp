#include "value/attribute_json.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "value/json_cursor.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <array>
#include <optional>
#include <utility>

namespace drift::value {

namespace {

// ---- writing ----

constexpr std::size_t levels_max = ParseRules{}.levels_max;

void append_value(std::string& out, const Value& value, std::size_t level);

void append_attributes(std::string& out, const Attributes& attributes, std::size_t level) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : attributes) {
    if (name.empty()) throw Error("ValidationException", "an attribute has an empty name");
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, name);
    out += ':';
    append_value(out, value, level);
  }
  out += '}';
}

void append_number(std::string& out, const Number& number) {
  out += '"';
  number.append_text(out);
  out += '"';
}

void append_binary(std::string& out, const Bytes& bytes) {
  out += '"';
  base::append_base64(out, bytes);
  out += '"';
}

template <typename Range>
void append_array(std::string& out, const Range& range, const auto& append_element) {
  out += '[';
  bool first = true;
  for (const auto& element : range) {
    if (!std::exchange(first, false)) out += ',';
    append_element(out, element);
  }
  out += ']';
}

void append_content(std::string& out, const Value& value, std::size_t level) {
  switch (value.type()) {
    case Type::string:
      return append_json_string(out, value.as_string());
    case Type::number:
      return append_number(out, value.as_number());
    case Type::binary:
      return append_binary(out, value.as_binary());
    case Type::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case Type::null:
      out += "true";
      return;
    case Type::list:
      return append_array(out, value.as_list(),
                          [level](std::string& to, const Value& element) { append_value(to, element, level + 1); });
    case Type::map:
      return append_attributes(out, value.as_map(), level + 1);
    case Type::string_set:
      return append_array(out, value.as_string_set(), append_json_string);
    case Type::number_set:
      return append_array(out, value.as_number_set(), append_number);
    case Type::binary_set:
      return append_array(out, value.as_binary_set(), append_binary);
  }
}

void append_value(std::string& out, const Value& value, std::size_t level) {
  if (level > levels_max)
    throw Error("ValidationException", "a value nested over " + std::to_string(levels_max) + " levels");
  out += "{\"";
  out += type_tag(value.type());
  out += "\":";
  append_content(out, value, level);
  out += '}';
}

// Runs `append`, and leaves `out` as it was if that throws.
void all_or_nothing(std::string& out, const auto& append) {
  const std::size_t size = out.size();
  try {
    append();
  } catch (const Error&) {
    out.resize(size);
    throw;
  }
}

// ---- reading ----

class Parser {
 public:
  Parser(std::string_view json, const ParseRules& rules) : cursor_(json, rules.code), levels_max_(rules.levels_max) {}

  Value whole_value() {
    Value result = value(1);
    cursor_.expect_end();
    return result;
  }

  Attributes whole_attributes() {
    Attributes result = attributes(1);
    cursor_.expect_end();
    return result;
  }

 private:
  // What DynamoDB's rules refuse becomes an error that also says where.
  auto checked(const auto& make) const {
    try {
      return make();
    } catch (const Error& error) {
      cursor_.fail(error.message());
    }
  }

  std::string string() { return cursor_.unescape(cursor_.string()); }

  Number number() {
    const RawString raw = cursor_.string();
    if (auto number = Number::try_parse(raw.text)) return *number;
    return checked([&] { return Number::parse(cursor_.unescape(raw)); });
  }

  Bytes binary() {
    const RawString raw = cursor_.string();
    auto bytes = raw.escaped ? base::decode_base64(cursor_.unescape(raw)) : base::decode_base64(raw.text);
    if (!bytes) cursor_.fail("the binary value before it is not base64");
    return *std::move(bytes);
  }

  bool boolean() {
    const std::string_view word = cursor_.skip_value();
    if (word != "true" && word != "false") cursor_.fail("expected true or false");
    return word == "true";
  }

  Value null() {
    if (!boolean()) cursor_.fail("a NULL is always true");
    return nullptr;
  }

  // "[" elements "]"; `take` reads one.
  void array(const auto& take) {
    cursor_.expect('[');
    if (cursor_.accept(']')) return;
    do take();
    while (cursor_.accept(','));
    cursor_.expect(']');
  }

  template <typename Member>
  Value set(Member (Parser::*take)(), Value (*make)(std::vector<Member>)) {
    std::vector<Member> members;
    array([&] { members.push_back((this->*take)()); });
    return checked([&] { return make(std::move(members)); });
  }

  // The value of a tag at nesting level `level`, the attribute itself being at level 1.
  Value content(Type type, std::size_t level) {
    switch (type) {
      case Type::string:
        return string();
      case Type::number:
        return number();
      case Type::binary:
        return Value::binary(binary());
      case Type::boolean:
        return boolean();
      case Type::null:
        break;
      case Type::list: {
        List list;
        array([&] { list.push_back(value(level + 1)); });
        return list;
      }
      case Type::map:
        return attributes(level + 1);
      case Type::string_set:
        return set(&Parser::string, Value::string_set);
      case Type::number_set:
        return set(&Parser::number, Value::number_set);
      case Type::binary_set:
        return set(&Parser::binary, Value::binary_set);
    }
    return null();
  }

  Type tag() {
    const RawString raw = cursor_.string();
    const std::string unescaped = raw.escaped ? cursor_.unescape(raw) : std::string();
    const std::string_view text = raw.escaped ? unescaped : raw.text;
    for (const Type type : {Type::string, Type::number, Type::map, Type::list, Type::boolean, Type::binary, Type::null,
                            Type::string_set, Type::number_set, Type::binary_set})
      if (text == type_tag(type)) return type;
    cursor_.fail("\"" + base::one_line(text, 20) +
                 "\" is not a type; the types are S, N, B, BOOL, NULL, L, M, SS, NS, BS");
  }

  Value value(std::size_t level) {
    if (level > levels_max_) cursor_.fail("nested over " + std::to_string(levels_max_) + " levels");
    cursor_.expect('{');
    if (cursor_.peek() == '}') cursor_.fail("a value without a type");
    const Type type = tag();
    cursor_.expect(':');
    Value result = content(type, level);
    if (cursor_.peek() == ',') cursor_.fail("a value with more than one type");
    cursor_.expect('}');
    return result;
  }

  Attributes attributes(std::size_t level) {
    Attributes result;
    cursor_.expect('{');
    if (cursor_.accept('}')) return result;
    do {
      std::string name = string();
      if (name.empty()) cursor_.fail("an attribute has an empty name");
      cursor_.expect(':');
      const auto [at, added] = result.try_emplace(std::move(name));
      if (!added) cursor_.fail("the attribute \"" + base::one_line(at->first, 80) + "\" is there twice");
      at->second = value(level);
    } while (cursor_.accept(','));
    cursor_.expect('}');
    return result;
  }

  JsonCursor cursor_;
  std::size_t levels_max_;
};

}  // namespace

void append_json(std::string& out, const Value& value) {
  all_or_nothing(out, [&] { append_value(out, value, 1); });
}

void append_json(std::string& out, const Attributes& attributes) {
  all_or_nothing(out, [&] { append_attributes(out, attributes, 1); });
}

Value parse_value(std::string_view json, const ParseRules& rules) { return Parser(json, rules).whole_value(); }

Attributes parse_attributes(std::string_view json, const ParseRules& rules) {
  return Parser(json, rules).whole_attributes();
}

}  // namespace drift::value

namespace drift {

std::string to_json(const Value& value) {
  std::string json;
  value::append_json(json, value);
  return json;
}

std::string to_json(const Attributes& attributes) {
  std::string json;
  value::append_json(json, attributes);
  return json;
}

Value value_from_json(std::string_view json) { return value::parse_value(json); }

Attributes attributes_from_json(std::string_view json) { return value::parse_attributes(json); }

}  // namespace drift
