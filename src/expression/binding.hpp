// Binding: one request's names and values, put behind an expression's placeholders. A view for the time of one call;
// everything it is made from must outlive it.
#pragma once

#include "expression/ast.hpp"

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::expression {

// A step of a path whose names are resolved. Names order before indexes.
struct ResolvedStep {
  bool is_index = false;
  std::string_view name = {};
  std::uint32_t index = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the default
  friend auto operator<=>(const ResolvedStep&, const ResolvedStep&) = default;
};
using ResolvedPath = std::vector<ResolvedStep>;

// The value at a path; null where there is none. An empty path has none.
const Value* find(const Attributes& item, std::span<const ResolvedStep> path) noexcept;

// "info.tags[0]"
std::string path_text(std::span<const ResolvedStep> path);

class Binding {
 public:
  // `label`: "UpdateExpression" or "ConditionExpression", for messages.
  Binding(std::string_view label, const Attributes& values, const Names& names) noexcept
      : label_(label), values_(values), names_(names) {}

  // Each throws Error (code "ValidationException") when the placeholder is not defined.
  [[nodiscard]] std::string_view name(const Step& step) const;
  [[nodiscard]] const Value& value(const std::string& placeholder) const;
  [[nodiscard]] ResolvedStep resolve(const Step& step) const;
  [[nodiscard]] ResolvedPath resolve(const Path& path) const;
  void check(const Path& path) const;  // that its names are defined

  [[nodiscard]] const Value* find(const Attributes& item, const Path& path) const;
  // The order of their resolved steps.
  [[nodiscard]] std::strong_ordering compare(const Path& a, const Path& b) const;
  [[nodiscard]] bool same(const Path& a, const Path& b) const { return std::is_eq(compare(a, b)); }
  [[nodiscard]] std::string text(const Path& path) const { return path_text(resolve(path)); }

  // The type that an operand has for every item; an empty optional where that depends on the item.
  [[nodiscard]] std::optional<Type> static_type(const Operand& operand) const;

  // Throws: `message`, with the place in the text.
  [[noreturn]] void fail(std::size_t at, std::string_view message) const;
  [[noreturn]] void fail_type(const Operand& operand, std::string_view of, std::string_view takes) const;

 private:
  std::string_view label_;
  const Attributes& values_;
  const Names& names_;
};

}  // namespace drift::expression
