// What an expression's text says, before names and values are bound to its placeholders. Built by the parsers, read by
// everything else of this folder; plain data, immutable once its expression has been parsed.
//
// `at` is always a byte offset into the text, for messages that name the place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace drift::expression {

// The placeholders used, with their sign; each once, in the order of the text.
struct Placeholders {
  std::vector<std::string> names = {};   // "#n"
  std::vector<std::string> values = {};  // ":v"
};

// One step of a document path: a.b takes two steps, #a[3] also.
struct Step {
  enum class Kind : std::uint8_t { name, placeholder, index };
  Kind kind = Kind::name;
  std::string text = {};    // the attribute's name, or "#n"
  std::uint32_t index = 0;  // of a list element
};

// A document path; its first step is never an index.
struct Path {
  std::vector<Step> steps = {};
  std::size_t at = 0;
};

// What stands for a value: on the right of SET, or in a condition.
struct Operand {
  enum class Kind : std::uint8_t { path, value, size, if_not_exists, list_append, plus, minus };
  Kind kind = Kind::value;
  Path path = {};                       // of path, and the first argument of if_not_exists
  std::string value = {};               // ":v" of value
  std::vector<Operand> arguments = {};  // one of size and if_not_exists (its second), two of list_append, plus, minus
  std::size_t at = 0;

  [[nodiscard]] bool is_arithmetic() const noexcept { return kind == Kind::plus || kind == Kind::minus; }
};

// One action of one clause.
struct UpdateAction {
  enum class Kind : std::uint8_t { set, remove, add, delete_members };
  Kind kind = Kind::set;
  Path target = {};
  Operand operand = {};  // of add and delete_members: always a value; of remove: none
};

// All actions of an update expression in the order of the text.
struct UpdateClauses {
  std::vector<UpdateAction> actions = {};
};

enum class Comparator : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct Condition {
  enum class Kind : std::uint8_t {
    compare,               // two operands
    between,               // three: what, lower bound, upper bound
    in,                    // two or more: what, candidates
    attribute_exists,      // one, a path
    attribute_not_exists,  // one, a path
    attribute_type,        // two: a path, the type's tag
    begins_with,           // two: what, prefix
    contains,              // two: what, part
    all,                   // children joined by AND
    any,                   // children joined by OR
    negation,              // one child
  };
  Kind kind = Kind::all;
  Comparator comparator = Comparator::equal;
  std::vector<Operand> operands = {};
  std::vector<Condition> children = {};
  std::size_t at = 0;
};

}  // namespace drift::expression
