// ExpressionCache: expressions parsed once for a text. A migration queues the same few texts for millions of items. One
// for each callback thread, so it needs no lock.
#pragma once

#include "expression/condition_expression.hpp"
#include "expression/update_expression.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace drift::migrate {

template <typename Parsed>
class ExpressionCache {
 public:
  // Throws Error as Parsed::parse does. The reference lives until the next call.
  const std::shared_ptr<const Parsed>& get(const std::string& text) {
    if (const auto found = parsed_.find(text); found != parsed_.end()) return found->second;
    // A callback that writes values into its expressions has as many texts as items: start again rather than grow.
    if (parsed_.size() >= texts_max) parsed_.clear();
    return parsed_.emplace(text, Parsed::parse(text)).first->second;
  }

 private:
  static constexpr std::size_t texts_max = 256;
  std::unordered_map<std::string, std::shared_ptr<const Parsed>> parsed_;
};

using UpdateCache = ExpressionCache<expression::UpdateExpression>;
using ConditionCache = ExpressionCache<expression::ConditionExpression>;

}  // namespace drift::migrate
