// How conditions compare values (Developer Guide, "Comparison operator and function reference").
#pragma once

#include "expression/ast.hpp"

#include <drift/value.hpp>

#include <cstddef>
#include <optional>

namespace drift::expression {

// True iff values of this type have an order: strings, numbers and binaries.
bool is_ordered(Type type) noexcept;

// `a comparator b`. Null: an attribute that does not exist, which is unequal to everything, another such one included.
// Values of different types are unequal and have no order.
bool compare(const Value* a, Comparator comparator, const Value* b) noexcept;

// What begins_with and contains say; false for types that they do not know.
bool begins_with(const Value& value, const Value& prefix);
bool contains(const Value& value, const Value& part);

// size(): characters of a string as UTF-16 counts them, bytes of a binary, members, elements; an empty optional for
// numbers, booleans and null, which have none.
std::optional<std::size_t> size_of(const Value& value);

}  // namespace drift::expression
