// ActionCollector: see the header. The rules of what is refused are those of UpdateItem, PutItem and DeleteItem in the
// Amazon DynamoDB API Reference; what only the item's state decides (a list_append to a number) shows when it is
// applied.
#include "migrate/action_collector.hpp"

#include "client/request_json.hpp"
#include "expression/limits.hpp"
#include "migrate/guard.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionRecord;

[[noreturn]] void refuse(std::string message, const CatalogTable& table, Attributes key = {}) {
  throw Error({.code = "ValidationException",
               .message = std::move(message),
               .table = table.description.name,
               .key = std::move(key),
               .next_step = "Nothing of this callback was written. Mend it and run the migration again."});
}

// "id (S), at (N)"
std::string key_text(const KeySchema& schema) {
  std::string out;
  for (const KeyAttribute& attribute : schema) {
    if (!out.empty()) out += ", ";
    out.append(attribute.name).append(" (").append(type_tag(attribute.type)).append(")");
  }
  return out;
}

// A key as the caller gave it: the key attributes and nothing else.
std::string checked_key(const Attributes& key, const CatalogTable& table) {
  const KeySchema& schema = table.description.key;
  if (key.size() != schema.size()) {
    refuse("the key has " + std::to_string(key.size()) + " attributes, but the key of table " + table.description.name +
               " is " + key_text(schema),
           table, key);
  }
  return value::canonical_key_json(key, schema);
}

// Placeholders that begin like drift's own could be taken for them.
void check_own_placeholders(const Attributes& values, const Names& names, const CatalogTable& table) {
  const auto check = [&](const auto& placeholders, std::string_view own) {
    const auto first = placeholders.lower_bound(own);
    if (first != placeholders.end() && first->first.starts_with(own)) {
      refuse("the placeholder " + first->first + " begins with " + std::string(own) + ", as drift's own do", table);
    }
  };
  check(values, own_value);
  check(names, own_name);
}

}  // namespace

ActionCollector::ActionCollector(Client& client, TableCatalog& catalog,
                                 std::shared_ptr<const CatalogTable> scanned_table, GuardSettings guards, Reach reach)
    : client_(&client),
      catalog_(&catalog),
      scanned_table_(std::move(scanned_table)),
      guards_(std::move(guards)),
      reach_(reach) {}

void ActionCollector::begin(const Item& item) {
  item_ = &item;
  scanned_key_.clear();
  drafts_.clear();
}

std::vector<ActionRecord> ActionCollector::take() {
  std::vector<ActionRecord> records;
  if (drafts_.empty()) return records;
  guard_group(drafts_, *item_, scanned_table_->description.key, guards_);
  records.reserve(drafts_.size());
  for (Draft& draft : drafts_) records.push_back(std::move(draft.record));
  drafts_.clear();
  return records;
}

void ActionCollector::update(const Update& update) {
  const auto target = table(update.table);
  if (update.key.empty() && target != scanned_table_) {
    refuse("an update of another table needs a key", *target);
  }
  if (update.expression.empty()) refuse("the update has no expression", *target, update.key);
  std::string key = update.key.empty() ? scanned_key() : checked_key(update.key, *target);

  Draft draft = start(ActionKind::update, *target, std::move(key));
  draft.guard = update.guard;
  draft.update = updates_.get(update.expression);
  add_condition(draft, update.condition, update.values, update.names);
  draft.update->check(update.values, update.names, target->description.key);
  draft.record.expression = update.expression;
  drafts_.push_back(std::move(draft));
}

void ActionCollector::put(ActionKind kind, const Attributes& item, const std::string& table_name,
                          const ActionOptions& options) {
  const auto target = table(table_name);
  const std::size_t bytes = size_bytes(item);
  std::string key = value::canonical_key_json(item, target->description.key);
  if (bytes > expression::item_bytes_max) {
    refuse("the item has " + std::to_string(bytes) + " bytes; DynamoDB allows 409,600 with the attributes' names",
           *target);
  }
  Draft draft = start(kind, *target, std::move(key));
  draft.guard = options.guard;
  add_condition(draft, options.condition, options.values, options.names);
  value::append_json(draft.record.item, item);
  drafts_.push_back(std::move(draft));
}

void ActionCollector::remove_scanned() { drafts_.push_back(start(ActionKind::remove, *scanned_table_, scanned_key())); }

void ActionCollector::remove(const Attributes& key, const std::string& table_name, const ActionOptions& options) {
  const auto target = table(table_name);
  Draft draft = start(ActionKind::remove, *target, checked_key(key, *target));
  draft.guard = options.guard;
  add_condition(draft, options.condition, options.values, options.names);
  drafts_.push_back(std::move(draft));
}

Draft ActionCollector::start(ActionKind kind, const CatalogTable& table, std::string key) {
  Draft draft;
  ActionRecord& record = draft.record;
  record.kind = kind;
  record.ordinal = static_cast<std::uint32_t>(drafts_.size());
  record.table = table.wire_name;
  record.scanned_item = &table == scanned_table_.get() && key == scanned_key();
  if (!record.scanned_item) record.scanned_key = scanned_key();
  record.key = std::move(key);
  if (reach_ == Reach::own_item && &table == scanned_table_.get()) check_reach(record);
  return draft;
}

// What the scan would then see, or not, would depend on how far each of them is.
void ActionCollector::check_reach(const ActionRecord& record) const {
  if (record.kind == ActionKind::put || record.kind == ActionKind::insert) {
    refuse("with Apply::streaming nothing can be put into the scanned table: its scan might come upon it",
           *scanned_table_, value::parse_attributes(record.key));
  }
  if (!record.scanned_item) {
    refuse("with Apply::streaming an action on the scanned table can only be on the callback's own item",
           *scanned_table_, value::parse_attributes(record.key));
  }
}

void ActionCollector::add_condition(Draft& draft, const std::string& condition, const Attributes& values,
                                    const Names& names) {
  if (!condition.empty()) draft.condition = conditions_.get(condition);
  expression::check_placeholders(draft.update.get(), draft.condition.get(), values, names);
  if (draft.condition) draft.condition->check(values, names);
  check_own_placeholders(values, names, *scanned_table_);
  draft.record.condition = condition;
  draft.values = values;
  draft.names = names;
}

std::shared_ptr<const CatalogTable> ActionCollector::table(const std::string& name) {
  return name.empty() ? scanned_table_ : catalog_->find(name);
}

const std::string& ActionCollector::scanned_key() {
  if (scanned_key_.empty()) scanned_key_ = value::ItemAccess::key_json(*item_);
  return scanned_key_;
}

}  // namespace drift::migrate
