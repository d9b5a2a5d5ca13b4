// ItemFilter: which items a migration is about (Migration::filter and Migration::index). DynamoDB evaluates it for the
// scan's pages; it is evaluated here once more for each item, because a callback may be called again for an item that
// was changed since.
// Immutable, for several threads at once.
#pragma once

#include "expression/condition_expression.hpp"

#include <drift/client.hpp>
#include <drift/item.hpp>
#include <drift/table.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {

class ItemFilter {
 public:
  // `index_key`: what an item needs to be in the index; empty: it need not be in one. Null for neither that nor a text.
  // Throws Error (code "ValidationException") for what is no condition, and for placeholders that are missing or not
  // used.
  static std::shared_ptr<const ItemFilter> make(const Expression& filter, const KeySchema& index_key);

  ItemFilter(const Expression& filter, KeySchema index_key);

  // What DynamoDB evaluates; its text may be empty.
  [[nodiscard]] const Expression& expression() const noexcept { return expression_; }
  // The attributes that it is about: what is done to an item depends on them.
  [[nodiscard]] const std::vector<std::string>& reads() const noexcept { return reads_; }
  // Looks at these attributes as a callback does, so that guards are about them too.
  [[nodiscard]] bool holds(const Item& item) const;

 private:
  const Expression expression_;
  const KeySchema index_key_;
  std::shared_ptr<const expression::ConditionExpression> condition_;  // null: none
  std::vector<std::string> reads_;
};

}  // namespace drift::migrate
