// Both directions are checked: what is used must be defined, and what is defined must be used, since DynamoDB refuses a
// request for either. In the usual case, where all is well, that is one lookup a placeholder and no allocation.
#include "expression/limits.hpp"

#include "expression/lexer.hpp"
#include "expression/refusal.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace drift::expression {
namespace {

constexpr std::size_t attribute_name_bytes_max = 65'535;

// What differs between names and values, in the words of a message.
struct Sort {
  char sign;
  std::string_view one;      // "name"
  std::string_view example;  // of a definition
};
constexpr Sort name_sort{'#', "name", "the attribute's name"};
constexpr Sort value_sort{':', "value", "the value"};

bool has(std::span<const std::string> list, std::string_view text) noexcept {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <typename Defined>
void check_used(std::span<const std::string> used, const Defined& defined, const Sort& sort) {
  for (const std::string& placeholder : used) {
    if (placeholder.size() > placeholder_bytes_max) {
      refuse("the placeholder " + placeholder.substr(0, 20) + "... has " + std::to_string(placeholder.size()) +
             " bytes, DynamoDB takes at most " + std::to_string(placeholder_bytes_max));
    }
    if (defined.contains(placeholder)) continue;
    refuse("the " + std::string(sort.one) + ' ' + placeholder + " is used in an expression but not defined",
           "Add {\"" + placeholder + "\", <" + std::string(sort.example) + ">} to the " + std::string(sort.one) + "s.");
  }
}

template <typename Defined>
[[noreturn]] void refuse_unused(std::span<const std::string> used, std::span<const std::string> also_used,
                                const Defined& defined, const Sort& sort) {
  for (const auto& [placeholder, what] : defined) {
    if (has(used, placeholder) || has(also_used, placeholder)) continue;
    const std::string subject = "the " + std::string(sort.one) + " \"" + placeholder + '"';
    if (!is_placeholder(placeholder, sort.sign)) {
      refuse(subject + " is not of the form " + sort.sign + "name: " + sort.sign +
             ", then letters, digits or underscores");
    }
    refuse(subject + " is defined but no expression uses it", "Remove it, or use it.");
  }
  refuse("a " + std::string(sort.one) + " is defined but no expression uses it");
}

template <typename Defined>
void check_sort(std::span<const std::string> used, std::span<const std::string> also_used, const Defined& defined,
                const Sort& sort) {
  check_used(used, defined, sort);
  check_used(also_used, defined, sort);
  const auto further = std::count_if(also_used.begin(), also_used.end(),
                                     [&](const std::string& placeholder) { return !has(used, placeholder); });
  if (used.size() + static_cast<std::size_t>(further) != defined.size()) refuse_unused(used, also_used, defined, sort);
}

// Counts as DynamoDB does: each placeholder with what stands behind it.
void check_bytes(const Attributes& values, const Names& names) {
  std::size_t bytes = size_bytes(values);
  for (const auto& [placeholder, name] : names) {
    if (name.empty()) refuse("the name " + placeholder + " is empty; an attribute's name has at least one character");
    if (name.size() > attribute_name_bytes_max) {
      refuse("the name " + placeholder + " has " + std::to_string(name.size()) + " bytes, DynamoDB takes at most " +
             std::to_string(attribute_name_bytes_max));
    }
    bytes += placeholder.size() + name.size();
  }
  if (bytes > values_bytes_max) {
    refuse("the names and values of the expressions have " + std::to_string(bytes) + " bytes, DynamoDB takes at most " +
           std::to_string(values_bytes_max));
  }
}

}  // namespace

void check_placeholders(const UpdateExpression* update, const ConditionExpression* condition, const Attributes& values,
                        const Names& names) {
  static const Placeholders none;
  const Placeholders& in_update = update == nullptr ? none : update->placeholders();
  const Placeholders& in_condition = condition == nullptr ? none : condition->placeholders();
  check_sort(in_update.names, in_condition.names, names, name_sort);
  check_sort(in_update.values, in_condition.values, values, value_sort);
  check_bytes(values, names);

  const std::size_t operators =
      (update == nullptr ? 0 : update->operators()) + (condition == nullptr ? 0 : condition->operators());
  if (operators > operators_max) {
    refuse("the expressions have " + std::to_string(operators) +
               " operators and functions in all, DynamoDB takes at most " + std::to_string(operators_max),
           "Split the action into several.");
  }
}

}  // namespace drift::expression
