// UpdateExpression: a parsed UpdateExpression of UpdateItem (Developer Guide, "Update expressions"). Parsed once for a
// text; immutable afterwards, so one may be used from many threads at once. Names and values stay placeholders until
// they are bound, so the text's parse can be shared by all items.
#pragma once

#include "expression/ast.hpp"

#include <drift/client.hpp>
#include <drift/table.hpp>
#include <drift/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::expression {

// What may happen when a request whose answer was lost is repeated.
enum class RepeatClass : std::uint8_t {
  repeatable,      // class 2 of the design: executing it twice leaves what executing it once leaves
  not_repeatable,  // class 3: arithmetic, list_append, ADD of a number, a list index in a path, a copy of a path
};

class UpdateExpression {
 public:
  // Throws Error (code "ValidationException", naming the place) for what UpdateItem would refuse in the text alone:
  // syntax, a clause twice, over 4 KB, over 300 operators, reserved words used unescaped.
  static std::shared_ptr<const UpdateExpression> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const Placeholders& placeholders() const noexcept { return placeholders_; }
  [[nodiscard]] std::size_t operators() const noexcept { return operators_; }

  // Checks what binding can show: overlapping paths, a key attribute as a target, operand types of values
  // (ADD needs a number or a set...). Missing and unused placeholders are check_placeholders()'s.
  void check(const Attributes& values, const Names& names, const KeySchema& key) const;

  // The item after the update. `before`: empty attributes with the key for an item that does not exist. Throws Error
  // (code "ValidationException") where UpdateItem would refuse it for this item.
  [[nodiscard]] Attributes apply(const Attributes& before, const Attributes& values, const Names& names) const;

  // The top-level attributes read, and written; each once, in the order of the text.
  [[nodiscard]] std::vector<std::string> reads(const Names& names) const;
  [[nodiscard]] std::vector<std::string> writes(const Names& names) const;
  // The text with a further assignment ("#a = :a") in its SET clause, or in one of its own.
  [[nodiscard]] std::string with_set(std::string_view assignment) const;
  [[nodiscard]] RepeatClass repeat_class(const Attributes& values, const Names& names) const;

 private:
  friend class UpdateParser;
  UpdateExpression() = default;
  std::string text_;
  UpdateClauses clauses_;
  Placeholders placeholders_;
  std::size_t operators_ = 0;
};

}  // namespace drift::expression
