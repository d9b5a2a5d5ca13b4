// ActionCollector: see the header. The rules of what is refused are those of UpdateItem, PutItem and DeleteItem in the
// Amazon DynamoDB API Reference; what only the item's state decides (a list_append to a number) shows when it is
// applied.
#include "migrate/action_collector.hpp"

#include "client/request_json.hpp"
#include "expression/limits.hpp"
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
               .next_step = "Nothing was written. Mend the callback and run the migration again."});
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

}  // namespace

ActionCollector::ActionCollector(Client& client, TableCatalog& catalog,
                                 std::shared_ptr<const CatalogTable> scanned_table)
    : client_(&client), catalog_(&catalog), scanned_table_(std::move(scanned_table)) {}

void ActionCollector::begin(const Item& item) {
  item_ = &item;
  scanned_key_.clear();
  records_.clear();
}

std::vector<ActionRecord> ActionCollector::take() {
  item_ = nullptr;
  return std::exchange(records_, {});
}

void ActionCollector::update(const Update& update) {
  const auto target = table(update.table);
  if (update.key.empty() && target != scanned_table_) {
    refuse("an update of another table needs a key", *target);
  }
  if (update.expression.empty()) refuse("the update has no expression", *target, update.key);
  std::string key = update.key.empty() ? scanned_key() : checked_key(update.key, *target);

  const auto parsed = updates_.get(update.expression);
  ActionRecord record = start(ActionKind::update, *target, std::move(key));
  add_condition(record, parsed.get(), update.condition, update.values, update.names);
  parsed->check(update.values, update.names, target->description.key);
  record.expression = update.expression;
  queue(std::move(record));
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
  ActionRecord record = start(kind, *target, std::move(key));
  add_condition(record, nullptr, options.condition, options.values, options.names);
  value::append_json(record.item, item);
  queue(std::move(record));
}

void ActionCollector::remove_scanned() { queue(start(ActionKind::remove, *scanned_table_, scanned_key())); }

void ActionCollector::remove(const Attributes& key, const std::string& table_name, const ActionOptions& options) {
  const auto target = table(table_name);
  ActionRecord record = start(ActionKind::remove, *target, checked_key(key, *target));
  add_condition(record, nullptr, options.condition, options.values, options.names);
  queue(std::move(record));
}

ActionRecord ActionCollector::start(ActionKind kind, const CatalogTable& table, std::string key) {
  ActionRecord record;
  record.kind = kind;
  record.ordinal = static_cast<std::uint32_t>(records_.size());
  record.table = table.wire_name;
  record.scanned_item = &table == scanned_table_.get() && key == scanned_key();
  record.key = std::move(key);
  return record;
}

void ActionCollector::add_condition(ActionRecord& record, const expression::UpdateExpression* update,
                                    const std::string& condition, const Attributes& values, const Names& names) {
  std::shared_ptr<const expression::ConditionExpression> parsed;
  if (!condition.empty()) parsed = conditions_.get(condition);
  expression::check_placeholders(update, parsed.get(), values, names);
  if (parsed) parsed->check(values, names);
  record.condition = condition;
  if (!values.empty()) value::append_json(record.values, values);
  if (!names.empty()) client::append_names(record.names, names);
}

void ActionCollector::queue(ActionRecord record) { records_.push_back(std::move(record)); }

std::shared_ptr<const CatalogTable> ActionCollector::table(const std::string& name) {
  return name.empty() ? scanned_table_ : catalog_->find(name);
}

const std::string& ActionCollector::scanned_key() {
  if (scanned_key_.empty()) scanned_key_ = value::ItemAccess::key_json(*item_);
  return scanned_key_;
}

}  // namespace drift::migrate
