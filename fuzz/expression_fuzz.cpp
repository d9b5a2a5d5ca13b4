// Fuzz target of the expression room: whatever the bytes are, parsing, checking and executing them as an update and as
// a condition ends in a result or in drift::Error, and what a check has taken can be asked for its reads, writes and
// class.
//
// The first line of the input is the expression, the rest is DynamoDB JSON: {"item": {"M": ...}, "values": {"M": ...},
// "names": {"M": {"#n": {"S": "name"}}}}. Where it is none, a fixed item and values for the placeholders used stand in,
// so that mutations of the text alone go deep.
#include "expression/limits.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using drift::Attributes;
using drift::KeySchema;
using drift::Names;
using drift::Value;
using drift::expression::ConditionExpression;
using drift::expression::Placeholders;
using drift::expression::UpdateExpression;

struct Bound {
  Attributes item = {};
  Attributes values = {};
  Names names = {};
};

Attributes fixed_item() {
  const Value map = Attributes{{"a", 1}, {"l", drift::List{1, Attributes{{"x", "y"}}}}};
  return {{"pk", "k"},   {"a", 1},
          {"b", "text"}, {"l", drift::List{1, "x", map}},
          {"m", map},    {"s", Value::string_set({"a", "b"})}};
}

Value fixed_value(std::size_t index) {
  const std::array<Value, 6> values{
      Value(1), Value("a"), Value(drift::List{2}), Value::string_set({"a"}), Value(true), Value(Attributes{{"q", 1}})};
  return values.at(index % values.size());
}

Bound fixed(const Placeholders& used) {
  Bound bound{fixed_item()};
  for (std::size_t i = 0; i < used.values.size(); ++i) bound.values.emplace(used.values[i], fixed_value(i));
  for (std::size_t i = 0; i < used.names.size(); ++i) bound.names.emplace(used.names[i], i % 2 == 0 ? "a" : "m");
  return bound;
}

Bound bind(std::string_view json, const Placeholders& used) {
  if (json.empty()) return fixed(used);
  const Attributes all = drift::attributes_from_json(json);
  Bound bound{all.at("item").as_map(), all.at("values").as_map()};
  for (const auto& [placeholder, name] : all.at("names").as_map()) bound.names.emplace(placeholder, name.as_string());
  return bound;
}

// Runs `step`; a refusal is a result like any other.
template <typename Step>
bool refused(Step step) {
  try {
    step();
    return false;
  } catch (const drift::Error&) {
    return true;
  } catch (const std::out_of_range&) {
    return true;  // at() on an input of another shape
  }
}

void run_update(std::string_view text, std::string_view json) {
  const auto expression = UpdateExpression::parse(text);
  const Bound bound = bind(json, expression->placeholders());
  const KeySchema key{{"pk", drift::Type::string}};
  drift::expression::check_placeholders(expression.get(), nullptr, bound.values, bound.names);
  expression->check(bound.values, bound.names, key);
  static_cast<void>(expression->reads(bound.names));
  if (expression->writes(bound.names).empty()) std::abort();
  const auto repeat_class = expression->repeat_class(bound.values, bound.names);
  const Attributes once = expression->apply(bound.item, bound.values, bound.names);
  if (repeat_class != drift::expression::RepeatClass::repeatable) return;
  // The promise of the class.
  if (!(expression->apply(once, bound.values, bound.names) == once)) std::abort();
}

void run_condition(std::string_view text, std::string_view json) {
  const auto expression = ConditionExpression::parse(text);
  const Bound bound = bind(json, expression->placeholders());
  drift::expression::check_placeholders(nullptr, expression.get(), bound.values, bound.names);
  expression->check(bound.values, bound.names);
  static_cast<void>(expression->reads(bound.names));
  static_cast<void>(expression->holds(bound.item, bound.values, bound.names));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view text = input.substr(0, end);
  const std::string_view json = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  static_cast<void>(refused([&] { run_update(text, json); }));
  static_cast<void>(refused([&] { run_condition(text, json); }));
  return 0;
}
