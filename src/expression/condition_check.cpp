// ConditionExpression::check: what DynamoDB refuses of a condition before it looks at the item, once names and values
// are known. A value that could never make a condition true for any item is refused there rather than called false.
#include "expression/binding.hpp"
#include "expression/comparison.hpp"
#include "expression/condition_expression.hpp"

#include <algorithm>
#include <array>

namespace drift::expression {
namespace {

constexpr std::string_view ordered_types = "strings, numbers and binaries (S, N, B)";

std::string_view comparator_text(Comparator comparator) noexcept {
  constexpr std::array<std::string_view, 6> texts{"=", "<>", "<", "<=", ">", ">="};
  return texts[static_cast<std::size_t>(comparator)];
}

std::string_view operator_text(const Condition& condition) noexcept {
  switch (condition.kind) {
    case Condition::Kind::compare:
      return comparator_text(condition.comparator);
    case Condition::Kind::between:
      return "BETWEEN";
    case Condition::Kind::in:
      return "IN";
    case Condition::Kind::attribute_type:
      return "attribute_type";
    case Condition::Kind::begins_with:
      return "begins_with";
    case Condition::Kind::contains:
      return "contains";
    default:
      return "this function";
  }
}

void check_operand(const Operand& operand, const Binding& binding) {
  if (operand.kind == Operand::Kind::value) static_cast<void>(binding.value(operand.value));
  if (operand.kind == Operand::Kind::path) binding.check(operand.path);
  if (operand.kind != Operand::Kind::size) return;
  const Operand& argument = operand.arguments.front();
  check_operand(argument, binding);
  const std::optional<Type> type = binding.static_type(argument);
  if (type == Type::number || type == Type::boolean || type == Type::null) {
    binding.fail_type(argument, "size", "what has a size (S, B, SS, NS, BS, L, M)");
  }
}

void check_types(const Condition& condition, bool (*fits)(Type), std::string_view takes, const Binding& binding) {
  for (const Operand& operand : condition.operands) {
    const std::optional<Type> type = binding.static_type(operand);
    if (type && !fits(*type)) binding.fail_type(operand, operator_text(condition), takes);
  }
}

void check_distinct(const Condition& condition, const Binding& binding) {
  const Operand& first = condition.operands.front();
  if (first.kind != Operand::Kind::path) return;
  for (const Operand& other : std::span(condition.operands).subspan(1)) {
    if (other.kind != Operand::Kind::path || !binding.same(first.path, other.path)) continue;
    binding.fail(condition.at, "both operands of " + std::string(operator_text(condition)) + " are " +
                                   binding.text(first.path) + "; DynamoDB takes only different ones");
  }
}

void check_bounds(const Condition& condition, const Binding& binding) {
  const Operand& low = condition.operands[1];
  const Operand& high = condition.operands[2];
  if (low.kind != Operand::Kind::value || high.kind != Operand::Kind::value) return;
  const Value& low_value = binding.value(low.value);
  const Value& high_value = binding.value(high.value);
  if (low_value.type() != high_value.type()) {
    binding.fail(condition.at, "the bounds of BETWEEN have different types: " + low.value + " " +
                                   std::string(type_tag(low_value.type())) + ", " + high.value + " " +
                                   std::string(type_tag(high_value.type())));
  }
  if (compare(&low_value, Comparator::greater, &high_value)) {
    binding.fail(condition.at, "the lower bound of BETWEEN, " + low.value + ", is above the upper one, " + high.value);
  }
}

void check_type_name(const Operand& operand, const Binding& binding) {
  if (operand.kind != Operand::Kind::value) {
    binding.fail(operand.at, "the second argument of attribute_type must be a value placeholder (\":t\")");
  }
  const Value& name = binding.value(operand.value);
  if (name.type() != Type::string) binding.fail_type(operand, "attribute_type", "the tag of a type, a string (S)");
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Type::binary_set); ++i) {
    if (name.as_string() == type_tag(static_cast<Type>(i))) return;
  }
  binding.fail(operand.at, operand.value + " names no type; there are S, N, B, BOOL, NULL, L, M, SS, NS and BS");
}

void check_condition(const Condition& condition, const Binding& binding) {
  for (const Condition& child : condition.children) check_condition(child, binding);
  if (condition.operands.empty()) return;
  for (const Operand& operand : condition.operands) check_operand(operand, binding);
  check_distinct(condition, binding);
  switch (condition.kind) {
    case Condition::Kind::compare:
      if (condition.comparator == Comparator::equal || condition.comparator == Comparator::not_equal) break;
      check_types(condition, is_ordered, ordered_types, binding);
      break;
    case Condition::Kind::between:
      check_types(condition, is_ordered, ordered_types, binding);
      check_bounds(condition, binding);
      break;
    case Condition::Kind::begins_with:
      check_types(
          condition, [](Type type) { return type == Type::string || type == Type::binary; },
          "strings and binaries (S, B)", binding);
      break;
    case Condition::Kind::attribute_type:
      check_type_name(condition.operands[1], binding);
      break;
    default:
      break;
  }
}

}  // namespace

void ConditionExpression::check(const Attributes& values, const Names& names) const {
  check_condition(*root_, Binding("ConditionExpression", values, names));
}

}  // namespace drift::expression
