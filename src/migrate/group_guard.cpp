// guard_group: see the header. All actions of a callback on the scanned item guard the same attributes, so that the
// image of one can be computed from the image of the one before.
#include "migrate/group_guard.hpp"

#include "client/request_json.hpp"
#include "expression/limits.hpp"
#include "migrate/guard.hpp"
#include "migrate/stamp.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionRecord;
using journal::GuardKind;
using journal::RepeatKind;

constexpr const char* way_out =
    "Nothing of this callback was written. Name what the callback depends on in Migration::reads, or use "
    "RunOptions::version, or Guard::exists for this action.";

[[noreturn]] void refuse(const Draft& draft, std::string message, const char* next_step = way_out) {
  throw Error({.code = "ValidationException",
               .message = std::move(message),
               .table = draft.record.table,
               .key = value::parse_attributes(draft.record.key),
               .next_step = next_step});
}

GuardKind kind_of(const Draft& draft, const GuardSettings& settings) {
  if (draft.record.kind == ActionKind::insert) return GuardKind::none;  // it has a condition of its own
  const bool scanned = draft.record.scanned_item;
  switch (draft.guard.value_or(scanned ? settings.guard : Guard::none)) {
    case Guard::none:
      return GuardKind::none;
    case Guard::exists:
      return GuardKind::exists;
    case Guard::unchanged:
      break;
  }
  if (!scanned) return GuardKind::scanned_check;
  return settings.version.empty() ? GuardKind::unchanged : GuardKind::version;
}

bool is_by_value(GuardKind kind) {
  return kind == GuardKind::unchanged || kind == GuardKind::version || kind == GuardKind::scanned_check;
}

RepeatKind repeat_of(const Draft& draft, const GuardSettings& settings) {
  const GuardKind guard = draft.record.guard;
  if (settings.stamped) {
    return is_stampable(draft.record) ? RepeatKind::guarded : RepeatKind::marker;
  }
  if (guard == GuardKind::unchanged || guard == GuardKind::version) return RepeatKind::guarded;
  if (settings.exact || guard == GuardKind::scanned_check || draft.condition) return RepeatKind::marker;
  const bool repeatable =
      !draft.update || draft.update->repeat_class(draft.values, draft.names) == expression::RepeatClass::repeatable;
  return repeatable ? RepeatKind::repeatable : RepeatKind::marker;
}

// A transaction, and so a marker, reaches tables of one account and region only. Another one's is named by its ARN.
void check_reach(const Draft& draft, const GuardSettings& settings) {
  if (draft.record.repeat != RepeatKind::marker || !draft.record.table.starts_with("arn:")) return;
  const auto place_of = [](std::string_view arn) { return arn.substr(0, arn.find(":table/")); };
  if (settings.scanned_arn.empty() || place_of(draft.record.table) == place_of(settings.scanned_arn)) return;
  refuse(draft, "an action of this kind needs a transaction, which cannot reach a table of another account or region",
         "Nothing of this callback was written. Use a plain put, insert or remove, or an update that sets constants, "
         "without a condition: "
         "these need none.");
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

bool is_key_part(const KeySchema& key, std::string_view name) {
  return std::any_of(key.begin(), key.end(), [&](const KeyAttribute& part) { return part.name == name; });
}

void add_expressions(Guarded& guarded, const std::vector<Draft>& drafts) {
  for (const Draft& draft : drafts) {
    if (!draft.record.scanned_item) continue;
    if (!draft.update) {
      guarded.all = guarded.all || draft.record.kind != ActionKind::insert;
      continue;
    }
    for (const std::string& name : draft.update->reads(draft.names)) add_once(guarded.names, name);
    for (const std::string& name : draft.update->writes(draft.names)) add_once(guarded.names, name);
  }
}

// The attributes that the image has: those that are guarded, and under a version those that tell the result too.
Guarded imaged_of(const std::vector<Draft>& drafts, const Item& item, const KeySchema& key,
                  const GuardSettings& settings) {
  Guarded guarded;
  if (!settings.version.empty()) {
    guarded.names.push_back(settings.version);
  } else if (settings.reads.empty()) {
    value::Looked looked = value::ItemAccess::looked(item);
    guarded.all = looked.all;
    guarded.names = std::move(looked.names);
  } else {
    guarded.names = settings.reads;
  }
  add_expressions(guarded, drafts);
  // A key cannot change: it says nothing.
  std::erase_if(guarded.names, [&](const std::string& name) { return is_key_part(key, name); });
  return guarded;
}

// The guarded attributes of the item, raw.
std::string first_image(const Item& item, const KeySchema& key, const Guarded& guarded) {
  if (guarded.all) {
    // All but the key; an item without more has an empty image.
    std::string image = "{";
    const auto whole = value::JsonObject::parse(value::ItemAccess::json(item));
    for (const auto& member : whole.members()) {
      if (is_key_part(key, member.name)) continue;
      if (image.size() > 1) image += ',';
      image.append("\"").append(member.name).append("\":").append(member.value);
    }
    return image + '}';
  }
  std::string image = "{";
  for (const std::string& name : guarded.names) {
    const auto raw = value::ItemAccess::raw(item, name);
    if (!raw) continue;
    if (image.size() > 1) image += ',';
    value::append_json_string(image, name);
    image.append(":").append(*raw);
  }
  return image + '}';
}

// The version that the write leaves, as a part of the write itself.
void increment_version(Draft& draft, const std::string& image, const std::string& version) {
  const auto now = value::JsonObject::parse(image).raw(version);
  Number next(1);
  if (now) {
    const Value value = value::parse_value(*now, value::answer_rules);
    if (value.type() != Type::number) {
      refuse(draft, "the version attribute " + version + " of the item is no number");
    }
    next = value.as_number() + Number(1);
  }
  if (draft.record.kind == ActionKind::put) {
    Attributes item = value::parse_attributes(draft.record.item);
    item.insert_or_assign(version, next);
    draft.record.item.clear();
    value::append_json(draft.record.item, item);
    return;
  }
  if (draft.record.kind != ActionKind::update) return;
  const auto writes = draft.update->writes(draft.names);
  if (std::find(writes.begin(), writes.end(), version) != writes.end()) {
    refuse(draft, "the expression writes the version attribute " + version + ", which drift increments itself",
           "Nothing of this callback was written. Leave it out of the expression.");
  }
  draft.record.expression = draft.update->with_set("#driftv = :driftv");
  draft.names.emplace("#driftv", version);
  draft.values.emplace(":driftv", next);
}

// DynamoDB Developer Guide, "Quotas": 4 KB an expression, 300 operators and functions, 2 MB of values. What of that an
// action with such a guard would have too much of; null: nothing.
const char* excess(const Draft& draft, const ConditionSize& guard, bool stamped) {
  constexpr std::size_t stamp_bytes = 72;  // of its condition, and of " AND " and parentheses
  constexpr std::size_t stamp_operators = 4;
  const std::string& condition = draft.record.condition;
  std::size_t bytes = guard.bytes + (condition.empty() ? 0 : condition.size() + 9);  // "() AND ()"
  std::size_t operators = guard.operators;
  if (stamped) bytes += stamp_bytes, operators += stamp_operators;
  if (draft.update) operators += draft.update->operators();
  if (draft.condition) operators += draft.condition->operators() + 1;
  if (guard.value_bytes + draft.record.values.size() > expression::values_bytes_max) {
    return "its values would have more than the 2 MB";
  }
  if (operators > expression::operators_max) return "its expressions would have more than the 300 operators";
  if (bytes > expression::expression_bytes_max) return "its condition would have more than the 4,096 bytes";
  return nullptr;
}

void check_limits(const Draft& draft, const Guarded& guarded, bool stamped) {
  const ActionRecord& record = draft.record;
  const auto at_most = size_at_most(guarded, record.image);
  if (at_most && excess(draft, *at_most, stamped) == nullptr) return;
  const std::string& key = record.scanned_item ? record.key : record.scanned_key;
  const char* const too_much = excess(draft, size_of(unchanged_condition(record.guarded, record.image, key)), stamped);
  if (too_much == nullptr) return;
  refuse(draft,
         "the guard of this action does not fit DynamoDB's limits: " + std::string(too_much) + " that DynamoDB allows");
}

void write_placeholders(Draft& draft) {
  draft.record.values.clear();
  draft.record.names.clear();
  if (!draft.values.empty()) value::append_json(draft.record.values, draft.values);
  if (!draft.names.empty()) client::append_names(draft.record.names, draft.names);
}

// Guards the actions by value. `image` goes along the chain of actions on the scanned item.
void guard_by_value(std::vector<Draft>& drafts, const Item& item, const KeySchema& key, const GuardSettings& settings) {
  const Guarded imaged = imaged_of(drafts, item, key, settings);
  const Guarded guarded = settings.version.empty() ? imaged : Guarded{.names = {settings.version}};
  const std::string text = guarded_text(guarded);
  std::string image = first_image(item, key, imaged);
  bool removed = false;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    Draft& draft = drafts[i];
    ActionRecord& record = draft.record;
    if (record.scanned_item && record.kind == ActionKind::insert) continue;
    const bool by_value = is_by_value(record.guard);
    if (!by_value && !record.scanned_item) continue;
    if (by_value && removed) refuse(draft, "it is queued after the removal of the item that it is guarded by");
    // One that is not guarded by value has the image too: with it a doubt about one before it is resolved.
    record.guarded = text;
    record.image = image;
    if (record.guard == GuardKind::version) increment_version(draft, image, settings.version);
    if (by_value) check_limits(draft, guarded, settings.stamped);
    if (!record.scanned_item) continue;
    removed = record.kind == ActionKind::remove;
    const bool more = std::any_of(drafts.begin() + static_cast<std::ptrdiff_t>(i) + 1, drafts.end(),
                                  [](const Draft& later) { return is_by_value(later.record.guard); });
    if (!more || removed) continue;
    write_placeholders(draft);
    image = image_json_after(record);
  }
}

}  // namespace

void guard_group(std::vector<Draft>& drafts, const Item& item, const KeySchema& key, const GuardSettings& settings) {
  bool by_value = false;
  for (Draft& draft : drafts) {
    draft.record.group_size = static_cast<std::uint32_t>(drafts.size());
    draft.record.guard = kind_of(draft, settings);
    draft.record.repeat = repeat_of(draft, settings);
    check_reach(draft, settings);
    by_value = by_value || is_by_value(draft.record.guard);
  }
  if (by_value) guard_by_value(drafts, item, key, settings);
  for (Draft& draft : drafts) write_placeholders(draft);
}

}  // namespace drift::migrate
