// inverse_of: see the header. Of an update only the attributes that it wrote are restored; all else on the item belongs
// to the application.
#include "migrate/inverse.hpp"

#include "client/request_json.hpp"
#include "expression/update_expression.hpp"
#include "migrate/guard.hpp"
#include "value/attribute_json.hpp"

#include <drift/value.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionOutcome;
using journal::ActionRecord;
using journal::ActionState;
using journal::GuardKind;
using journal::RepeatKind;

std::string json_of(const Attributes& attributes) {
  std::string json;
  value::append_json(json, attributes);
  return json;
}

Attributes parsed(const std::string& json) {
  return json.empty() ? Attributes{} : value::parse_attributes(json, value::answer_rules);
}

// The beginning of the inverse: on the same item, under a guard by value.
ActionRecord start(const ActionRecord& action, ActionKind kind) {
  ActionRecord inverse;
  inverse.kind = kind;
  inverse.scanned_item = action.scanned_item;
  inverse.scanned_key = action.scanned_key;
  inverse.table = action.table;
  inverse.key = action.key;
  inverse.guard = kind == ActionKind::insert ? GuardKind::none : GuardKind::unchanged;
  inverse.repeat = kind == ActionKind::insert ? RepeatKind::repeatable : RepeatKind::guarded;
  return inverse;
}

// The guard on a whole item.
void guard_whole(ActionRecord& inverse, Attributes item) {
  for (const auto& [name, _] : parsed(inverse.key)) item.erase(name);
  inverse.guarded = guarded_text({.all = true});
  inverse.image = json_of(item);
}

ActionRecord no_image(const ActionRecord& action) {
  ActionRecord listed = start(action, ActionKind::recall);
  listed.guard = GuardKind::none;
  listed.repeat = RepeatKind::repeatable;
  return listed;
}

ActionRecord remove_again(const ActionRecord& action, Attributes as_left) {
  ActionRecord inverse = start(action, ActionKind::remove);
  guard_whole(inverse, std::move(as_left));
  return inverse;
}

ActionRecord put_back(const ActionRecord& action, const Attributes& before, Attributes as_left) {
  ActionRecord inverse = start(action, ActionKind::put);
  inverse.item = json_of(before);
  guard_whole(inverse, std::move(as_left));
  return inverse;
}

ActionRecord insert_again(const ActionRecord& action, const Attributes& before) {
  ActionRecord inverse = start(action, ActionKind::insert);
  inverse.item = json_of(before);
  return inverse;
}

// "SET #r0 = :r0, ... REMOVE #r1, ..." for the attributes that the update wrote and that differ.
std::optional<ActionRecord> restore(const ActionRecord& action, const Attributes& before, const Attributes& after) {
  const auto update = expression::UpdateExpression::parse(action.expression);
  // An application's version must never come back: it grows once more.
  const std::string version =
      action.guard == GuardKind::version ? parse_guarded(action.guarded).names.front() : std::string();
  ActionRecord inverse = start(action, ActionKind::update);
  std::string set;
  std::string removed;
  Names names;
  Attributes values;
  Attributes image;
  Guarded guarded;
  for (const std::string& name : update->writes(names_of(action))) {
    const auto was = before.find(name);
    const auto is = after.find(name);
    const bool is_version = !version.empty() && name == version;
    if (!is_version && was == before.end() && is == after.end()) continue;
    if (!is_version && was != before.end() && is != after.end() && was->second == is->second) continue;
    guarded.names.push_back(name);
    if (is != after.end()) image.emplace(name, is->second);
    const std::string number = std::to_string(names.size());
    names.emplace("#r" + number, name);
    if (is_version || was != before.end()) {
      set.append(set.empty() ? "SET #r" : ", #r").append(number).append(" = :r").append(number);
      values.emplace(":r" + number, is_version ? Value(is->second.as_number() + Number(1)) : was->second);
    } else {
      removed.append(removed.empty() ? "REMOVE #r" : ", #r").append(number);
    }
  }
  if (names.empty()) return std::nullopt;
  inverse.expression = set + (set.empty() || removed.empty() ? "" : " ") + removed;
  if (!values.empty()) inverse.values = json_of(values);
  client::append_names(inverse.names, names);
  inverse.guarded = guarded_text(guarded);
  inverse.image = json_of(image);
  return inverse;
}

// The image before an update: of the guarded attributes, or of the whole item.
std::optional<ActionRecord> inverse_of_update(const ActionRecord& action, const std::string& before,
                                              bool answer_said_all) {
  if (action.guard == GuardKind::unchanged || action.guard == GuardKind::version) {
    return restore(action, parsed(action.image), image_after(action));
  }
  if (before.empty() && !answer_said_all) return no_image(action);
  ActionRecord on_whole = action;
  on_whole.image = before;
  Attributes after = image_after(on_whole);
  if (!before.empty()) return restore(action, parsed(before), after);
  for (auto& [name, value] : parsed(action.key)) after.insert_or_assign(name, value);
  return remove_again(action, std::move(after));
}

}  // namespace

std::optional<ActionRecord> inverse_of(const ActionRecord& action, const ActionOutcome& outcome,
                                       const std::string& before) {
  if (outcome.state != ActionState::done) return std::nullopt;
  // Without a doubt and without a transaction an answer without an item says that there was none.
  const bool answer_said_all = action.repeat != RepeatKind::marker && outcome.in_doubt_applied == 0;
  if (action.kind == ActionKind::update) return inverse_of_update(action, before, answer_said_all);

  Attributes was = parsed(before);
  if (was.empty() && !action.image.empty() && action.guard == GuardKind::unchanged) {
    was = parsed(action.image);  // the guard was on the whole item
    for (auto& [name, value] : parsed(action.key)) was.insert_or_assign(name, value);
  }
  if (was.empty() && !answer_said_all && action.kind != ActionKind::insert) return no_image(action);
  if (action.kind == ActionKind::remove) {
    if (was.empty()) return std::nullopt;
    return insert_again(action, was);
  }
  Attributes left = parsed(action.item);
  if (was.empty()) return remove_again(action, std::move(left));
  if (was == left) return std::nullopt;
  if (action.guard == GuardKind::version) {  // it never comes back
    const std::string version = parse_guarded(action.guarded).names.front();
    was.insert_or_assign(version, left.at(version).as_number() + Number(1));
  }
  return put_back(action, was, std::move(left));
}

}  // namespace drift::migrate
