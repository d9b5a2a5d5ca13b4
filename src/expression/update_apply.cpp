// UpdateExpression::apply: the item after the update.
//
// Every operand and every list index means what it means in the item before the update. So first the changes are worked
// out on that item: a path, and what it becomes. Then the changes, in the order of their paths, are merged with the old
// item in one walk that builds the new one; nothing is changed in place, so nothing can move what another change names.
// An element beyond the end of a list is appended, in the order of the indexes.
#include "expression/binding.hpp"
#include "expression/limits.hpp"
#include "expression/refusal.hpp"
#include "expression/update_expression.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace drift::expression {
namespace {

// Levels of an item's attribute, itself the first (Developer Guide, "Quotas": nested attribute depth).
constexpr std::size_t levels_max = 32;

struct Change {
  ResolvedPath path;
  std::optional<Value> value;  // absent: the path is removed
};
using Changes = std::span<Change>;

[[noreturn]] void refuse_path(std::span<const ResolvedStep> path) {
  refuse("UpdateExpression: the path " + path_text(path) +
         " is invalid for this item: what it leads through is missing or of another type");
}

[[noreturn]] void refuse_operand(std::string_view of, const Value& value, std::string_view takes) {
  refuse("UpdateExpression: an operand of " + std::string(of) + " has the type " + std::string(type_tag(value.type())) +
         " in this item; it takes " + std::string(takes));
}

// --- operands, on the item before the update ---

class Evaluator {
 public:
  Evaluator(const Attributes& item, const Binding& binding) noexcept : item_(item), binding_(binding) {}

  [[nodiscard]] Value operator()(const Operand& operand) const {
    switch (operand.kind) {
      case Operand::Kind::value:
        return binding_.value(operand.value);
      case Operand::Kind::path:
        return existing(operand.path);
      case Operand::Kind::if_not_exists:
        if (const Value* const value = binding_.find(item_, operand.path)) return *value;
        return (*this)(operand.arguments.front());
      case Operand::Kind::list_append:
        return append(operand);
      case Operand::Kind::plus:
        return number(operand.arguments[0], "+") + number(operand.arguments[1], "+");
      case Operand::Kind::minus:
        return number(operand.arguments[0], "-") - number(operand.arguments[1], "-");
      case Operand::Kind::size:
        break;
    }
    refuse("UpdateExpression: size belongs in a condition");
  }

 private:
  [[nodiscard]] const Value& existing(const Path& path) const {
    const Value* const value = binding_.find(item_, path);
    if (value == nullptr) refuse("UpdateExpression: " + binding_.text(path) + " does not exist in this item");
    return *value;
  }

  [[nodiscard]] Number number(const Operand& operand, std::string_view of) const {
    const Value value = (*this)(operand);
    if (value.type() != Type::number) refuse_operand(of, value, "numbers (N)");
    return value.as_number();
  }

  [[nodiscard]] Value append(const Operand& operand) const {
    List list;
    for (const Operand& argument : operand.arguments) {
      const Value value = (*this)(argument);
      if (value.type() != Type::list) refuse_operand("list_append", value, "lists (L)");
      list.insert(list.end(), value.as_list().begin(), value.as_list().end());
    }
    return Value(std::move(list));
  }

  const Attributes& item_;
  const Binding& binding_;
};

// --- ADD and DELETE ---

template <typename Member>
std::vector<Member> united(const std::vector<Member>& a, const std::vector<Member>& b) {
  std::vector<Member> members;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(members));
  return members;
}

template <typename Member>
std::vector<Member> without(const std::vector<Member>& a, const std::vector<Member>& b) {
  std::vector<Member> members;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(members));
  return members;
}

bool is_set(const Value& value) noexcept {
  return value.type() == Type::string_set || value.type() == Type::number_set || value.type() == Type::binary_set;
}

Value added(const Value* before, const Value& operand) {
  if (!is_set(operand) && operand.type() != Type::number) refuse("UpdateExpression: ADD takes a number or a set");
  if (before == nullptr) return operand;
  if (before->type() != operand.type()) refuse_operand("ADD", *before, type_tag(operand.type()));
  if (operand.type() == Type::number) return before->as_number() + operand.as_number();
  if (operand.type() == Type::string_set) {
    return Value::string_set(united(before->as_string_set(), operand.as_string_set()));
  }
  if (operand.type() == Type::number_set) {
    return Value::number_set(united(before->as_number_set(), operand.as_number_set()));
  }
  return Value::binary_set(united(before->as_binary_set(), operand.as_binary_set()));
}

template <typename Member>
std::optional<Value> set_unless_empty(std::vector<Member> members, Value (*make)(std::vector<Member>)) {
  if (members.empty()) return std::nullopt;
  return make(std::move(members));
}

// Absent when no member is left, or nothing was there.
std::optional<Value> members_deleted(const Value* before, const Value& operand) {
  if (!is_set(operand)) refuse("UpdateExpression: DELETE takes a set");
  if (before == nullptr) return std::nullopt;
  if (before->type() != operand.type()) refuse_operand("DELETE", *before, type_tag(operand.type()));
  if (operand.type() == Type::string_set) {
    return set_unless_empty(without(before->as_string_set(), operand.as_string_set()), &Value::string_set);
  }
  if (operand.type() == Type::number_set) {
    return set_unless_empty(without(before->as_number_set(), operand.as_number_set()), &Value::number_set);
  }
  return set_unless_empty(without(before->as_binary_set(), operand.as_binary_set()), &Value::binary_set);
}

std::vector<Change> changes_of(const UpdateClauses& clauses, const Attributes& before, const Binding& binding) {
  const Evaluator evaluate(before, binding);
  std::vector<Change> changes;
  changes.reserve(clauses.actions.size());
  for (const UpdateAction& action : clauses.actions) {
    Change change{binding.resolve(action.target), std::nullopt};
    switch (action.kind) {
      case UpdateAction::Kind::set:
        change.value = evaluate(action.operand);
        break;
      case UpdateAction::Kind::add:
        change.value = added(find(before, change.path), evaluate(action.operand));
        break;
      case UpdateAction::Kind::delete_members:
        change.value = members_deleted(find(before, change.path), evaluate(action.operand));
        break;
      case UpdateAction::Kind::remove:
        break;
    }
    changes.push_back(std::move(change));
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.path < b.path; });
  return changes;
}

// --- the walk ---

Attributes merged(const Attributes& before, Changes changes, std::size_t depth);
List merged(const List& before, Changes changes, std::size_t depth);

// The changes at the front that have the same step at `depth`.
Changes same_step(Changes changes, std::size_t depth) {
  const ResolvedStep& step = changes.front().path[depth];
  const auto end =
      std::find_if(changes.begin(), changes.end(), [&](const Change& change) { return change.path[depth] != step; });
  return changes.first(static_cast<std::size_t>(end - changes.begin()));
}

// What becomes of `before` (null: not there) under changes that all lead to it or through it.
std::optional<Value> changed(const Value* before, Changes changes, std::size_t depth) {
  Change& first = changes.front();
  if (first.path.size() == depth) {
    if (changes.size() > 1) refuse("UpdateExpression: the path " + path_text(first.path) + " is written twice");
    return std::move(first.value);
  }
  if (before != nullptr && before->type() == Type::map) return Value(merged(before->as_map(), changes, depth));
  if (before != nullptr && before->type() == Type::list) return Value(merged(before->as_list(), changes, depth));
  refuse_path(first.path);
}

Attributes merged(const Attributes& before, Changes changes, std::size_t depth) {
  Attributes after;
  auto old = before.begin();
  while (!changes.empty()) {
    const Changes group = same_step(changes, depth);
    changes = changes.subspan(group.size());
    const ResolvedStep& step = group.front().path[depth];
    if (step.is_index) refuse_path(group.front().path);
    for (; old != before.end() && old->first < step.name; ++old) after.emplace_hint(after.end(), *old);
    const bool there = old != before.end() && old->first == step.name;
    std::optional<Value> value = changed(there ? &old->second : nullptr, group, depth + 1);
    if (value) after.emplace_hint(after.end(), std::string(step.name), std::move(*value));
    if (there) ++old;
  }
  for (; old != before.end(); ++old) after.emplace_hint(after.end(), *old);
  return after;
}

List merged(const List& before, Changes changes, std::size_t depth) {
  List after;
  std::size_t old = 0;
  while (!changes.empty()) {
    const Changes group = same_step(changes, depth);
    changes = changes.subspan(group.size());
    const ResolvedStep& step = group.front().path[depth];
    if (!step.is_index) refuse_path(group.front().path);
    for (; old < before.size() && old < step.index; ++old) after.push_back(before[old]);
    const bool there = old < before.size();
    std::optional<Value> value = changed(there ? &before[old] : nullptr, group, depth + 1);
    if (value) after.push_back(std::move(*value));
    if (there) ++old;
  }
  for (; old < before.size(); ++old) after.push_back(before[old]);
  return after;
}

// --- what the new item must hold to ---

std::size_t levels(const Value& value) {
  std::size_t deepest = 0;
  if (value.type() == Type::list) {
    for (const Value& element : value.as_list()) deepest = std::max(deepest, levels(element));
  } else if (value.type() == Type::map) {
    for (const auto& [name, element] : value.as_map()) deepest = std::max(deepest, levels(element));
  }
  return deepest + 1;
}

}  // namespace

Attributes UpdateExpression::apply(const Attributes& before, const Attributes& values, const Names& names) const {
  const Binding binding("UpdateExpression", values, names);
  std::vector<Change> changes = changes_of(clauses_, before, binding);
  Attributes after = merged(before, changes, 0);
  std::string_view checked;
  for (const Change& change : changes) {
    const std::string_view name = change.path.front().name;
    if (std::exchange(checked, name) == name) continue;  // changes of one attribute stand together
    const Value* const value = find(after, std::span(change.path).first(1));
    if (value == nullptr || levels(*value) <= levels_max) continue;
    refuse("UpdateExpression: " + std::string(name) + " would be nested more than " + std::to_string(levels_max) +
           " levels deep");
  }
  const std::size_t bytes = size_bytes(after);
  if (bytes > item_bytes_max) {
    refuse("UpdateExpression: the item would have " + std::to_string(bytes) + " bytes, DynamoDB takes at most " +
           std::to_string(item_bytes_max));
  }
  return after;
}

}  // namespace drift::expression
