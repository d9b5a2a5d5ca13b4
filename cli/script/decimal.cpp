// Exact arithmetic on decimal digits: a number is a sign, digits and an exponent; a division brings both to the same
// exponent and divides whole numbers of up to 300 digits as on paper. Scripts do this rarely, so it is plain, not fast.
#include "cli/script/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace drift::script {

namespace {

// A whole number: decimal digits without leading zeros; zero is empty.
using Digits = std::string;

void strip_zeros(Digits& digits) { digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size())); }

struct Parts {
  bool negative = false;
  Digits digits = {};
  int exponent = 0;
};

Parts parts_of(const Number& number) {
  std::string text = number.text();
  Parts parts{.negative = number.is_negative()};
  if (parts.negative) text.erase(0, 1);
  if (const auto point = text.find('.'); point != std::string::npos) {
    parts.exponent = -static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  parts.digits = std::move(text);
  strip_zeros(parts.digits);
  return parts;
}

Number number_of(bool negative, const Digits& digits, int exponent) {
  if (digits.empty()) return {};
  return Number::parse((negative ? "-" : "") + digits + "e" + std::to_string(exponent));
}

bool less(const Digits& a, const Digits& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

// a - b, where a is not less.
Digits subtract(Digits a, const Digits& b) {
  int borrow = 0;
  for (std::size_t i = 0; i < a.size() && (i < b.size() || borrow != 0); ++i) {
    char& digit = a[a.size() - 1 - i];
    const int difference = digit - '0' - borrow - (i < b.size() ? b[b.size() - 1 - i] - '0' : 0);
    borrow = difference < 0 ? 1 : 0;
    digit = static_cast<char>('0' + difference + 10 * borrow);
  }
  strip_zeros(a);
  return a;
}

Digits increment(Digits a) {
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != '9') return ++a[i], a;
    a[i] = '0';
  }
  return '1' + a;
}

struct Quotient {
  Digits quotient = {};
  Digits rest = {};
};

Quotient divide_digits(const Digits& a, const Digits& b) {
  Quotient result;
  for (const char digit : a) {
    if (!result.rest.empty() || digit != '0') result.rest += digit;
    char count = '0';
    for (; !less(result.rest, b); ++count) result.rest = subtract(std::move(result.rest), b);
    result.quotient += count;
  }
  strip_zeros(result.quotient);
  return result;
}

// Both with the smaller exponent of the two; what is returned is that exponent.
int align(Parts& a, Parts& b) {
  const int exponent = std::min(a.exponent, b.exponent);
  for (Parts* parts : {&a, &b}) {
    if (!parts->digits.empty()) parts->digits.append(static_cast<std::size_t>(parts->exponent - exponent), '0');
    parts->exponent = exponent;
  }
  return exponent;
}

// Every decimal of so many digits is found again in the double next to it.
constexpr int float_digits = 15;
// From here on whole numbers are missing among the doubles.
constexpr double whole_floats_end = 9'007'199'254'740'992.0;  // 2^53

// The fewest digits that a double reads back the same.
std::string shortest_text(double number) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr};
}

bool keeps_its_digits(double number, std::string_view text) {
  if (std::trunc(number) == number && std::abs(number) >= whole_floats_end) return false;
  std::string digits(text.substr(0, text.find('e')));
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  strip_zeros(digits);
  return digits.find_last_not_of('0') + 1 <= float_digits;  // npos + 1 is 0
}

Number parse_float(const std::string& text) {
  const auto parsed = Number::try_parse(text);
  if (!parsed) throw std::runtime_error("DynamoDB cannot store the number " + text);
  return *parsed;
}

[[noreturn]] void refuse_float(const std::string& text) {
  (void)parse_float(text);
  throw std::runtime_error(
      "the float " + text +
      " may have lost digits, as floats keep 15. Exact are drift.add, drift.sub, drift.mul and "
      "drift.div(a, b), // for whole numbers, and drift.number(\"...\"); drift.round(x, places) and "
      "drift.div(a, b, places) round");
}

void check_divisor(const Number& b) {
  if (b.is_zero()) throw std::runtime_error("a division by zero");
}

}  // namespace

Number multiply(const Number& a, const Number& b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  std::vector<int> sums(x.digits.size() + y.digits.size(), 0);  // the last digit first
  for (std::size_t i = 0; i < x.digits.size(); ++i)
    for (std::size_t j = 0; j < y.digits.size(); ++j)
      sums[i + j] += (x.digits[x.digits.size() - 1 - i] - '0') * (y.digits[y.digits.size() - 1 - j] - '0');
  Digits product;
  int carry = 0;
  for (const int sum : sums) {
    product += static_cast<char>('0' + (sum + carry) % 10);
    carry = (sum + carry) / 10;
  }
  std::reverse(product.begin(), product.end());
  strip_zeros(product);
  return number_of(x.negative != y.negative, product, x.exponent + y.exponent);
}

Number divide(const Number& a, const Number& b) {
  check_divisor(b);
  Parts x = parts_of(a);
  const Parts y = parts_of(b);
  // A quotient of at most 38 digits by a divisor of at most 38 ends within that many digits, or never.
  constexpr int places = 76;
  if (!x.digits.empty()) x.digits.append(places, '0');
  const Quotient result = divide_digits(x.digits, y.digits);
  if (!result.rest.empty()) {
    throw std::runtime_error(a.text() + " / " + b.text() +
                             " has no exact result; drift.div(a, b, places) rounds, // rounds down");
  }
  return number_of(x.negative != y.negative, result.quotient, x.exponent - y.exponent - places);
}

Number divide_rounded(const Number& a, const Number& b, int places) {
  check_divisor(b);
  Parts x = parts_of(a);
  Parts y = parts_of(b);
  y.exponent -= places;
  align(x, y);
  Quotient result = divide_digits(x.digits, y.digits);
  const Digits other_half = subtract(y.digits, result.rest);
  if (!less(result.rest, other_half)) result.quotient = increment(std::move(result.quotient));
  return number_of(x.negative != y.negative, result.quotient, -places);
}

Number floor_divide(const Number& a, const Number& b) {
  check_divisor(b);
  Parts x = parts_of(a);
  Parts y = parts_of(b);
  align(x, y);
  Quotient result = divide_digits(x.digits, y.digits);
  const bool negative = x.negative != y.negative;
  if (negative && !result.rest.empty()) result.quotient = increment(std::move(result.quotient));
  return number_of(negative, result.quotient, 0);
}

Number floor_modulo(const Number& a, const Number& b) {
  check_divisor(b);
  Parts x = parts_of(a);
  Parts y = parts_of(b);
  const int exponent = align(x, y);
  Quotient result = divide_digits(x.digits, y.digits);
  if (x.negative != y.negative && !result.rest.empty()) result.rest = subtract(y.digits, result.rest);
  return number_of(y.negative, result.rest, exponent);
}

Number exact(double number) {
  const std::string text = shortest_text(number);
  if (!keeps_its_digits(number, text)) refuse_float(text);
  return parse_float(text);
}

Number rounded(double number, int places) {
  const std::string text = shortest_text(number);
  const Number result = divide_rounded(parse_float(text), 1, places);
  if (!keeps_its_digits(number, text) && std::abs(number) >= std::pow(10.0, float_digits - places)) refuse_float(text);
  return result;
}

}  // namespace drift::script
