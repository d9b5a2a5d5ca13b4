// What a ConditionExpression reads, and whether it holds for an item. Checking it is in condition_check.cpp.
#include "expression/condition_expression.hpp"

#include "expression/binding.hpp"
#include "expression/comparison.hpp"
#include "expression/condition_parser.hpp"

#include <algorithm>

namespace drift::expression {
namespace {

void add_reads(std::vector<std::string>& list, const Operand& operand, const Binding& binding) {
  if (operand.kind == Operand::Kind::path) {
    const std::string_view name = binding.name(operand.path.steps.front());
    if (std::find(list.begin(), list.end(), name) == list.end()) list.emplace_back(name);
  }
  for (const Operand& argument : operand.arguments) add_reads(list, argument, binding);
}

void add_reads(std::vector<std::string>& list, const Condition& condition, const Binding& binding) {
  for (const Operand& operand : condition.operands) add_reads(list, operand, binding);
  for (const Condition& child : condition.children) add_reads(list, child, binding);
}

class Evaluator {
 public:
  Evaluator(const Attributes& item, const Binding& binding) noexcept : item_(item), binding_(binding) {}

  [[nodiscard]] bool holds(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::all:
        return std::all_of(condition.children.begin(), condition.children.end(),
                           [this](const Condition& child) { return holds(child); });
      case Condition::Kind::any:
        return std::any_of(condition.children.begin(), condition.children.end(),
                           [this](const Condition& child) { return holds(child); });
      case Condition::Kind::negation:
        return !holds(condition.children.front());
      default:
        return predicate_holds(condition);
    }
  }

 private:
  // A value of the item or the request, or one that was worked out; null: it does not exist.
  class Result {
   public:
    explicit Result(const Value* value) noexcept : value_(value) {}
    explicit Result(std::optional<std::size_t> size) : own_(size ? Value(*size) : Value()), exists_(size.has_value()) {}
    [[nodiscard]] const Value* get() const noexcept {
      if (value_ != nullptr) return value_;
      return exists_ ? &own_ : nullptr;
    }

   private:
    const Value* value_ = nullptr;
    Value own_;
    bool exists_ = false;
  };

  [[nodiscard]] Result evaluate(const Operand& operand) const {
    if (operand.kind == Operand::Kind::value) return Result(&binding_.value(operand.value));
    if (operand.kind == Operand::Kind::path) return Result(binding_.find(item_, operand.path));
    const Result argument = evaluate(operand.arguments.front());  // of size, the only function left
    return Result(argument.get() == nullptr ? std::nullopt : size_of(*argument.get()));
  }

  [[nodiscard]] bool predicate_holds(const Condition& condition) const {
    const std::vector<Operand>& operands = condition.operands;
    const Result first = evaluate(operands[0]);
    if (condition.kind == Condition::Kind::attribute_exists) return first.get() != nullptr;
    if (condition.kind == Condition::Kind::attribute_not_exists) return first.get() == nullptr;
    if (condition.kind == Condition::Kind::in) return in(first.get(), std::span(operands).subspan(1));
    const Result second = evaluate(operands[1]);
    if (condition.kind == Condition::Kind::compare) {
      return compare(first.get(), condition.comparator, second.get());
    }
    if (condition.kind == Condition::Kind::between) {
      return compare(first.get(), Comparator::greater_or_equal, second.get()) &&
             compare(first.get(), Comparator::less_or_equal, evaluate(operands[2]).get());
    }
    if (first.get() == nullptr || second.get() == nullptr) return false;
    if (condition.kind == Condition::Kind::begins_with) return begins_with(*first.get(), *second.get());
    if (condition.kind == Condition::Kind::contains) return contains(*first.get(), *second.get());
    return second.get()->type() == Type::string && second.get()->as_string() == type_tag(first.get()->type());
  }

  [[nodiscard]] bool in(const Value* value, std::span<const Operand> candidates) const {
    return std::any_of(candidates.begin(), candidates.end(), [&](const Operand& candidate) {
      return compare(value, Comparator::equal, evaluate(candidate).get());
    });
  }

  const Attributes& item_;
  const Binding& binding_;
};

}  // namespace

std::shared_ptr<const ConditionExpression> ConditionExpression::parse(std::string_view text) {
  return ConditionParser(text).parse();
}

std::vector<std::string> ConditionExpression::reads(const Names& names) const {
  const Attributes no_values;
  const Binding binding("ConditionExpression", no_values, names);
  std::vector<std::string> list;
  add_reads(list, *root_, binding);
  return list;
}

bool ConditionExpression::holds(const Attributes& item, const Attributes& values, const Names& names) const {
  const Binding binding("ConditionExpression", values, names);
  return Evaluator(item, binding).holds(*root_);
}

}  // namespace drift::expression
