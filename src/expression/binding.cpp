// Names are looked up when they are needed: an expression with one path and one value binds without any allocation.
#include "expression/binding.hpp"

#include "expression/refusal.hpp"

#include <algorithm>

namespace drift::expression {
namespace {

const Value* child(const Value& parent, const ResolvedStep& step) noexcept {
  if (step.is_index) {
    if (parent.type() != Type::list) return nullptr;
    const List& list = parent.as_list();
    return step.index < list.size() ? &list[step.index] : nullptr;
  }
  if (parent.type() != Type::map) return nullptr;
  const Attributes& map = parent.as_map();
  const auto found = map.find(step.name);
  return found == map.end() ? nullptr : &found->second;
}

const Value* top_level(const Attributes& item, std::string_view name) noexcept {
  const auto found = item.find(name);
  return found == item.end() ? nullptr : &found->second;
}

}  // namespace

const Value* find(const Attributes& item, std::span<const ResolvedStep> path) noexcept {
  if (path.empty() || path.front().is_index) return nullptr;
  const Value* value = top_level(item, path.front().name);
  for (const ResolvedStep& step : path.subspan(1)) {
    if (value == nullptr) return nullptr;
    value = child(*value, step);
  }
  return value;
}

std::string path_text(std::span<const ResolvedStep> path) {
  std::string text;
  for (const ResolvedStep& step : path) {
    if (step.is_index) {
      text += '[' + std::to_string(step.index) + ']';
    } else {
      if (!text.empty()) text += '.';
      text += step.name;
    }
  }
  return text;
}

std::string_view Binding::name(const Step& step) const {
  if (step.kind == Step::Kind::name) return step.text;
  const auto found = names_.find(step.text);
  if (found == names_.end()) {
    refuse(std::string(label_) + ": the name " + step.text + " is used but not defined",
           "Add {\"" + step.text + "\", \"<the attribute's name>\"} to the names.");
  }
  return found->second;
}

const Value& Binding::value(const std::string& placeholder) const {
  const auto found = values_.find(placeholder);
  if (found == values_.end()) {
    refuse(std::string(label_) + ": the value " + placeholder + " is used but not defined",
           "Add {\"" + placeholder + "\", <the value>} to the values.");
  }
  return found->second;
}

ResolvedStep Binding::resolve(const Step& step) const {
  if (step.kind == Step::Kind::index) return {true, {}, step.index};
  return {false, name(step), 0};
}

ResolvedPath Binding::resolve(const Path& path) const {
  ResolvedPath resolved;
  resolved.reserve(path.steps.size());
  for (const Step& step : path.steps) resolved.push_back(resolve(step));
  return resolved;
}

void Binding::check(const Path& path) const {
  for (const Step& step : path.steps) {
    if (step.kind == Step::Kind::placeholder) static_cast<void>(name(step));
  }
}

const Value* Binding::find(const Attributes& item, const Path& path) const {
  const Value* value = top_level(item, name(path.steps.front()));
  for (const Step& step : std::span(path.steps).subspan(1)) {
    const ResolvedStep resolved = resolve(step);
    if (value != nullptr) value = child(*value, resolved);
  }
  return value;
}

std::strong_ordering Binding::compare(const Path& a, const Path& b) const {
  const std::size_t common = std::min(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const auto order = resolve(a.steps[i]) <=> resolve(b.steps[i]); std::is_neq(order)) return order;
  }
  return a.steps.size() <=> b.steps.size();
}

std::optional<Type> Binding::static_type(const Operand& operand) const {
  switch (operand.kind) {
    case Operand::Kind::value:
      return value(operand.value).type();
    case Operand::Kind::size:
    case Operand::Kind::plus:
    case Operand::Kind::minus:
      return Type::number;
    case Operand::Kind::list_append:
      return Type::list;
    case Operand::Kind::path:
    case Operand::Kind::if_not_exists:
      break;
  }
  return std::nullopt;
}

void Binding::fail(std::size_t at, std::string_view message) const {
  refuse(std::string(label_) + ", character " + std::to_string(at + 1) + ": " + std::string(message));
}

void Binding::fail_type(const Operand& operand, std::string_view of, std::string_view takes) const {
  const std::string what = operand.kind == Operand::Kind::value ? operand.value : "an operand";
  const std::optional<Type> type = static_type(operand);
  fail(operand.at, what + " of " + std::string(of) + " has the type " + std::string(type ? type_tag(*type) : "?") +
                       "; it takes " + std::string(takes));
}

}  // namespace drift::expression
