// What drift::Number leaves out and scripts need: multiplication and division, exact, on decimal digits. Pure
// functions, for several threads at once.
#pragma once

#include <drift/number.hpp>

namespace drift::script {

// Each throws Error (code "ValidationException") when the result needs more than 38 digits or is out of range, and
// std::runtime_error for a division by zero. Nothing is rounded unless it is asked for.
Number multiply(const Number& a, const Number& b);
// Throws std::runtime_error where the quotient has no end.
Number divide(const Number& a, const Number& b);
// Rounded to `places` digits behind the point, halves away from zero.
Number divide_rounded(const Number& a, const Number& b, int places);
// Rounded towards minus infinity, as Lua's // does; and what is left then, which has the sign of `b`.
Number floor_divide(const Number& a, const Number& b);
Number floor_modulo(const Number& a, const Number& b);

// The number with the fewest digits that a double reads back the same. Throws std::runtime_error when DynamoDB cannot
// store it: NaN, infinity, out of range.
Number shortest(double number);

}  // namespace drift::script
