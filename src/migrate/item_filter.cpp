// ItemFilter: see the header.
#include "migrate/item_filter.hpp"

#include "expression/limits.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::migrate {

std::shared_ptr<const ItemFilter> ItemFilter::make(const Expression& filter) {
  if (filter.text.empty()) return nullptr;
  try {
    return std::make_shared<const ItemFilter>(filter);
  } catch (const Error& error) {
    Error::Details details = error.details();
    details.message = "the migration's filter: " + details.message;
    throw Error(std::move(details));
  }
}

ItemFilter::ItemFilter(const Expression& filter)
    : expression_(filter),
      condition_(expression::ConditionExpression::parse(filter.text)),
      reads_(condition_->reads(filter.names)) {
  expression::check_placeholders(nullptr, condition_.get(), filter.values, filter.names);
  condition_->check(filter.values, filter.names);
}

bool ItemFilter::holds(const Item& item) const {
  Attributes looked;
  for (const std::string& name : reads_) {
    if (auto value = item.find(name)) looked.emplace(name, *std::move(value));
  }
  return condition_->holds(looked, expression_.values, expression_.names);
}

}  // namespace drift::migrate
