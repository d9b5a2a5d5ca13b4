// UpdateExpression::check: what UpdateItem refuses before it looks at the item, once names and values are known. Runs
// for every queued action, so the usual one (a few SETs of top-level attributes) costs a few string comparisons.
#include "expression/binding.hpp"
#include "expression/refusal.hpp"
#include "expression/update_expression.hpp"

#include <algorithm>

namespace drift::expression {
namespace {

bool is_set(Type type) noexcept {
  return type == Type::string_set || type == Type::number_set || type == Type::binary_set;
}

void check_operand(const Operand& operand, const Binding& binding);

void check_arguments(const Operand& operand, Type type, std::string_view of, std::string_view takes,
                     const Binding& binding) {
  for (const Operand& argument : operand.arguments) {
    check_operand(argument, binding);
    const std::optional<Type> known = binding.static_type(argument);
    if (known && *known != type) binding.fail_type(argument, of, takes);
  }
}

void check_if_not_exists(const Operand& operand, const Binding& binding) {
  binding.check(operand.path);
  const Operand& otherwise = operand.arguments.front();
  check_operand(otherwise, binding);
  if (otherwise.kind == Operand::Kind::path && binding.same(operand.path, otherwise.path)) {
    binding.fail(operand.at, "both arguments of if_not_exists are " + binding.text(operand.path) +
                                 "; DynamoDB takes only different ones");
  }
}

void check_operand(const Operand& operand, const Binding& binding) {
  switch (operand.kind) {
    case Operand::Kind::value:
      static_cast<void>(binding.value(operand.value));
      break;
    case Operand::Kind::path:
      binding.check(operand.path);
      break;
    case Operand::Kind::if_not_exists:
      check_if_not_exists(operand, binding);
      break;
    case Operand::Kind::list_append:
      check_arguments(operand, Type::list, "list_append", "lists (L)", binding);
      break;
    case Operand::Kind::plus:
      check_arguments(operand, Type::number, "+", "numbers (N)", binding);
      break;
    case Operand::Kind::minus:
      check_arguments(operand, Type::number, "-", "numbers (N)", binding);
      break;
    case Operand::Kind::size:
      break;  // of conditions only
  }
}

void check_target(const UpdateAction& action, const KeySchema& key, const Binding& binding) {
  const std::string_view name = binding.name(action.target.steps.front());
  for (const KeyAttribute& attribute : key) {
    if (attribute.name != name) continue;
    refuse("UpdateExpression, character " + std::to_string(action.target.at + 1) + ": " + std::string(name) +
               " is part of the primary key, which no update can change",
           "To move the item to another key, put it under the new key and remove it under the old one.");
  }
}

void check_action(const UpdateAction& action, const Binding& binding) {
  binding.check(action.target);
  if (action.kind == UpdateAction::Kind::remove) return;
  check_operand(action.operand, binding);
  if (action.kind == UpdateAction::Kind::set) return;
  const bool adds = action.kind == UpdateAction::Kind::add;
  const Type type = binding.value(action.operand.value).type();
  if (is_set(type) || (adds && type == Type::number)) return;
  binding.fail_type(action.operand, adds ? "ADD" : "DELETE",
                    adds ? "a number or a set (N, SS, NS, BS)" : "a set (SS, NS, BS)");
}

// Two targets that are neighbours in the order of paths, the only ones that need comparing: between a path and one that
// it begins, there are only others that it begins; and of one parent's elements and attributes, the last attribute
// stands beside the first element.
void check_neighbours(const Path& before, const Path& behind, const Binding& binding) {
  const std::size_t length = std::min(before.steps.size(), behind.steps.size());
  std::size_t common = 0;
  while (common < length && binding.resolve(before.steps[common]) == binding.resolve(behind.steps[common])) ++common;
  const bool overlap = common == before.steps.size();
  const bool conflict =
      !overlap && (before.steps[common].kind == Step::Kind::index) != (behind.steps[common].kind == Step::Kind::index);
  if (!overlap && !conflict) return;
  const std::string a = binding.text(before);
  const std::string b = binding.text(behind);
  const std::size_t at = std::max(before.at, behind.at);
  if (conflict) {
    binding.fail(at, "the paths " + a + " and " + b + " conflict: one takes for a map what the other takes for a list");
  }
  binding.fail(at, common == behind.steps.size()
                       ? "the path " + a + " is written twice"
                       : "the paths " + a + " and " + b + " overlap: one is written as part of the other");
}

void check_overlaps(const std::vector<UpdateAction>& actions, const Binding& binding) {
  std::vector<const Path*> targets;
  targets.reserve(actions.size());
  for (const UpdateAction& action : actions) targets.push_back(&action.target);
  std::sort(targets.begin(), targets.end(),
            [&](const Path* a, const Path* b) { return std::is_lt(binding.compare(*a, *b)); });
  for (std::size_t i = 1; i < targets.size(); ++i) check_neighbours(*targets[i - 1], *targets[i], binding);
}

}  // namespace

void UpdateExpression::check(const Attributes& values, const Names& names, const KeySchema& key) const {
  const Binding binding("UpdateExpression", values, names);
  for (const UpdateAction& action : clauses_.actions) {
    check_target(action, key, binding);
    check_action(action, binding);
  }
  if (clauses_.actions.size() > 1) check_overlaps(clauses_.actions, binding);
}

}  // namespace drift::expression
