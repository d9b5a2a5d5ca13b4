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

// The decimal of at most 15 digits that a double stands for. Throws std::runtime_error where there is none: then the
// double is what is left of a number with more digits, or a whole number from 2^53 on, where some are missing; and when
// DynamoDB cannot store it: NaN, infinity, out of range.
Number exact(double number);
// Any double, rounded as divide_rounded does. Throws the same where more than 15 digits are asked for than a double
// has.
Number rounded(double number, int places);

}  // namespace drift::script
