// ItemFilter: see the header.
#include "migrate/item_filter.hpp"

#include "expression/limits.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <utility>

namespace drift::migrate {

std::shared_ptr<const ItemFilter> ItemFilter::make(const Expression& filter, const KeySchema& index_key) {
  if (filter.text.empty() && index_key.empty()) return nullptr;
  try {
    return std::make_shared<const ItemFilter>(filter, index_key);
  } catch (const Error& error) {
    Error::Details details = error.details();
    details.message = "the migration's filter: " + details.message;
    throw Error(std::move(details));
  }
}

ItemFilter::ItemFilter(const Expression& filter, KeySchema index_key)
    : expression_(filter), index_key_(std::move(index_key)) {
  for (const KeyAttribute& part : index_key_) reads_.push_back(part.name);
  if (filter.text.empty()) return;
  condition_ = expression::ConditionExpression::parse(filter.text);
  expression::check_placeholders(nullptr, condition_.get(), filter.values, filter.names);
  condition_->check(filter.values, filter.names);
  for (const std::string& name : condition_->reads(filter.names)) {
    if (std::ranges::find(reads_, name) == reads_.end()) reads_.push_back(name);
  }
}

bool ItemFilter::holds(const Item& item) const {
  Attributes looked;
  for (const std::string& name : reads_) {
    if (auto value = item.find(name)) looked.emplace(name, *std::move(value));
  }
  // An item is in an index when it has the index's key (Developer Guide, "Take advantage of sparse indexes").
  for (const KeyAttribute& part : index_key_) {
    const auto value = looked.find(part.name);
    if (value == looked.end() || value->second.type() != part.type) return false;
  }
  return !condition_ || condition_->holds(looked, expression_.values, expression_.names);
}

}  // namespace drift::migrate
