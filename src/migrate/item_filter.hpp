// ItemFilter: which items a migration is about (Migration::filter). DynamoDB evaluates it for the scan's pages; it is
// evaluated here once more for each item, because a callback may be called again for an item that was changed since.
// Immutable, for several threads at once.
#pragma once

#include "expression/condition_expression.hpp"

#include <drift/client.hpp>
#include <drift/item.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {

class ItemFilter {
 public:
  // Null for a filter without a text. Throws Error (code "ValidationException") for what is no condition, and for
  // placeholders that are missing or not used.
  static std::shared_ptr<const ItemFilter> make(const Expression& filter);

  explicit ItemFilter(const Expression& filter);

  [[nodiscard]] const Expression& expression() const noexcept { return expression_; }
  // The attributes that it is about: what is done to an item depends on them.
  [[nodiscard]] const std::vector<std::string>& reads() const noexcept { return reads_; }
  // Looks at these attributes as a callback does, so that guards are about them too.
  [[nodiscard]] bool holds(const Item& item) const;

 private:
  const Expression expression_;
  const std::shared_ptr<const expression::ConditionExpression> condition_;
  const std::vector<std::string> reads_;
};

}  // namespace drift::migrate
