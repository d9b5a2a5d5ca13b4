// A value as one of another type, where both say exactly the same: "12.50" and 12.5, true and "true", a list of
// strings and a set of them. Pure functions, for several threads at once.
#pragma once

#include <drift/value.hpp>

#include <optional>
#include <stdexcept>
#include <string_view>

namespace drift::script {

// The value cannot be converted: `what()` goes on after its name, "is no number".
class ConversionError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "S", "N", ...; an empty optional for NULL and M, into which nothing is converted, and for what is no tag.
std::optional<Type> type_of_tag(std::string_view tag) noexcept;

// Throws ConversionError. Converted are: S to N, B, BOOL; N, BOOL, B to S; N and BOOL (0 and 1); a list to a set of its
// members' type, and a set to a list.
Value converted(const Value& value, Type type);

}  // namespace drift::script
