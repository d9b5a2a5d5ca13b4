// What an UpdateExpression says of itself: what it reads and writes, and what repeating it does. Checking it is in
// update_check.cpp, executing it in update_apply.cpp.
#include "expression/update_expression.hpp"

#include "expression/binding.hpp"
#include "expression/update_parser.hpp"

#include <algorithm>

namespace drift::expression {
namespace {

void add_once(std::vector<std::string>& list, std::string_view name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.emplace_back(name);
}

void add_reads(std::vector<std::string>& list, const Operand& operand, const Binding& binding) {
  if (operand.kind == Operand::Kind::path || operand.kind == Operand::Kind::if_not_exists) {
    add_once(list, binding.name(operand.path.steps.front()));
  }
  for (const Operand& argument : operand.arguments) add_reads(list, argument, binding);
}

bool has_index(const Path& path) noexcept {
  return std::any_of(path.steps.begin(), path.steps.end(),
                     [](const Step& step) { return step.kind == Step::Kind::index; });
}

// A constant, or if_not_exists(the target, a constant).
bool sets_the_same_again(const UpdateAction& action, const Binding& binding) {
  const Operand& operand = action.operand;
  if (operand.kind == Operand::Kind::value) return true;
  return operand.kind == Operand::Kind::if_not_exists && operand.arguments.front().kind == Operand::Kind::value &&
         binding.same(operand.path, action.target);
}

bool is_repeatable(const UpdateAction& action, const Binding& binding) {
  if (has_index(action.target)) return false;
  switch (action.kind) {
    case UpdateAction::Kind::set:
      return sets_the_same_again(action, binding);
    case UpdateAction::Kind::add:
      return binding.value(action.operand.value).type() != Type::number;
    case UpdateAction::Kind::remove:
    case UpdateAction::Kind::delete_members:
      break;
  }
  return true;
}

}  // namespace

std::shared_ptr<const UpdateExpression> UpdateExpression::parse(std::string_view text) {
  return UpdateParser(text).parse();
}

std::vector<std::string> UpdateExpression::reads(const Names& names) const {
  const Attributes no_values;
  const Binding binding("UpdateExpression", no_values, names);
  std::vector<std::string> list;
  for (const UpdateAction& action : clauses_.actions) {
    // What the rest of a map or list, a sum or a set is afterwards depends on what it was.
    const bool builds_on_target = action.target.steps.size() > 1 || action.kind == UpdateAction::Kind::add ||
                                  action.kind == UpdateAction::Kind::delete_members;
    if (builds_on_target) add_once(list, binding.name(action.target.steps.front()));
    add_reads(list, action.operand, binding);
  }
  return list;
}

std::vector<std::string> UpdateExpression::writes(const Names& names) const {
  const Attributes no_values;
  const Binding binding("UpdateExpression", no_values, names);
  std::vector<std::string> list;
  for (const UpdateAction& action : clauses_.actions) add_once(list, binding.name(action.target.steps.front()));
  return list;
}

std::string UpdateExpression::with_set(std::string_view assignment) const {
  const auto set = std::find_if(clauses_.actions.begin(), clauses_.actions.end(),
                                [](const UpdateAction& action) { return action.kind == UpdateAction::Kind::set; });
  if (set == clauses_.actions.end()) return text_ + " SET " + std::string(assignment);
  std::string text = text_;
  return text.insert(set->target.at, std::string(assignment) + ", ");
}

RepeatClass UpdateExpression::repeat_class(const Attributes& values, const Names& names) const {
  const Binding binding("UpdateExpression", values, names);
  const bool repeatable = std::all_of(clauses_.actions.begin(), clauses_.actions.end(),
                                      [&](const UpdateAction& action) { return is_repeatable(action, binding); });
  return repeatable ? RepeatClass::repeatable : RepeatClass::not_repeatable;
}

}  // namespace drift::expression
