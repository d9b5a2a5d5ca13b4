// ConditionExpression: a parsed condition (Developer Guide, "Comparison operator and function reference"): comparators,
// BETWEEN, IN, attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, size, AND, OR, NOT.
// Immutable after parsing, as UpdateExpression.
#pragma once

#include "expression/ast.hpp"

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::expression {

class ConditionExpression {
 public:
  // Throws Error (code "ValidationException", naming the place).
  static std::shared_ptr<const ConditionExpression> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const Placeholders& placeholders() const noexcept { return placeholders_; }
  [[nodiscard]] std::size_t operators() const noexcept { return operators_; }

  // Checks what binding can show (BETWEEN bounds of one type and in order, attribute_type's operand, ...).
  void check(const Attributes& values, const Names& names) const;

  // Whether the condition holds for the item; empty attributes: an item that does not exist. Throws Error (code
  // "ValidationException") where DynamoDB would refuse it for this item.
  [[nodiscard]] bool holds(const Attributes& item, const Attributes& values, const Names& names) const;

  // The top-level attributes read; each once, in the order of the text.
  [[nodiscard]] std::vector<std::string> reads(const Names& names) const;

 private:
  friend class ConditionParser;
  ConditionExpression() = default;
  std::string text_;
  std::shared_ptr<const Condition> root_;
  Placeholders placeholders_;
  std::size_t operators_ = 0;
};

}  // namespace drift::expression
