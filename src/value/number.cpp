// Number on a 128-bit coefficient: 38 digits are less than 2^127, so sums, and the scaling that compares two numbers,
// fit it, and what does not fit it has more than 38 digits.
#include <drift/error.hpp>
#include <drift/number.hpp>

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <variant>

namespace drift {

namespace {

__extension__ using Coefficient = unsigned __int128;

constexpr int digits_max = 38;
constexpr int magnitude_max = 125;   // of the first digit: 9.99E+125
constexpr int magnitude_min = -130;  // 1E-130

constexpr std::array<Coefficient, digits_max + 1> make_powers() {
  std::array<Coefficient, digits_max + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

constexpr std::array<Coefficient, digits_max + 1> powers_of_ten = make_powers();

Coefficient power_of_ten(int exponent) noexcept { return powers_of_ten[static_cast<std::size_t>(exponent)]; }

// Decimal digits of a coefficient below 10^38; zero has none.
int count_digits(Coefficient coefficient) noexcept {
  const auto* const above = std::upper_bound(powers_of_ten.begin(), powers_of_ten.end(), coefficient);
  return static_cast<int>(above - powers_of_ten.begin());
}

enum class Problem : std::uint8_t { syntax, too_many_digits, overflow, underflow };

// As in Number, before it is normalised.
struct Parts {
  Coefficient coefficient = 0;
  std::int64_t exponent = 0;
  bool negative = false;
};

std::optional<Problem> out_of_range(std::int64_t magnitude) noexcept {
  if (magnitude > magnitude_max) return Problem::overflow;
  if (magnitude < magnitude_min) return Problem::underflow;
  return std::nullopt;
}

// Drops trailing zeros of the coefficient, then checks digits and range.
std::optional<Problem> normalise(Parts& parts) noexcept {
  if (parts.coefficient == 0) {
    parts = Parts{};
    return std::nullopt;
  }
  while (parts.coefficient % 10 == 0) {
    parts.coefficient /= 10;
    ++parts.exponent;
  }
  const int digits = count_digits(parts.coefficient);
  if (digits > digits_max) return Problem::too_many_digits;
  return out_of_range(parts.exponent + digits - 1);
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Takes an exponent ("e-12") from the front of `text`. One that is too large for any range is capped.
std::optional<std::int64_t> take_exponent(std::string_view& text) noexcept {
  constexpr std::int64_t cap = 1'000'000'000'000'000;  // more than any text has digits
  text.remove_prefix(1);
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
    exponent = std::min<std::int64_t>(cap, exponent * 10 + (text.front() - '0'));
  return negative ? -exponent : exponent;
}

std::variant<Parts, Problem> read(std::string_view text) noexcept {
  Parts parts;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int digits = 0;          // in the coefficient
  std::int64_t zeros = 0;  // behind them, significant only if another digit follows
  std::int64_t fraction = 0;
  bool any = false, point = false, too_many = false;
  for (; !text.empty() && (is_digit(text.front()) || (text.front() == '.' && !point)); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.') {
      point = true;
      continue;
    }
    any = true;
    fraction += point ? 1 : 0;
    if (c == '0') {
      zeros += digits > 0 ? 1 : 0;
      continue;
    }
    if (digits + zeros >= digits_max) {
      too_many = true;
      continue;
    }
    const int shift = static_cast<int>(zeros) + 1;
    parts.coefficient = parts.coefficient * power_of_ten(shift) + static_cast<unsigned>(c - '0');
    digits += shift;
    zeros = 0;
  }
  if (!any) return Problem::syntax;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    const auto exponent = take_exponent(text);
    if (!exponent) return Problem::syntax;
    parts.exponent = *exponent;
  }
  if (!text.empty()) return Problem::syntax;
  if (too_many) return Problem::too_many_digits;
  parts.exponent += zeros - fraction;
  // DynamoDB checks the range of a zero as if its last digit were a one: 0E126 is refused as 1E126 is.
  if (const auto problem = out_of_range(parts.exponent + std::max(digits, 1) - 1)) return *problem;
  if (digits == 0) return Parts{};
  return parts;
}

std::string describe(Problem problem, std::string_view what) {
  switch (problem) {
    case Problem::syntax:
      return std::string(what) + " is not a number";
    case Problem::too_many_digits:
      return std::string(what) + " has more than 38 significant digits, the most a DynamoDB number can have";
    case Problem::overflow:
      return std::string(what) + " is too large for a DynamoDB number: the largest is below 1E+126";
    case Problem::underflow:
      break;
  }
  return std::string(what) + " is too small for a DynamoDB number: the smallest above zero is 1E-130";
}

[[noreturn]] void fail(Problem problem, std::string_view what) {
  throw Error("ValidationException", describe(problem, what));
}

}  // namespace

// The way between the two 64-bit halves of a Number and its coefficient.
struct Number::Arithmetic {
  static Coefficient coefficient(const Number& n) noexcept { return (Coefficient{n.high_} << 64U) | n.low_; }

  // The place of the first digit: 0 for 1 to 9, -1 for 0.1.
  static int magnitude(const Number& n) noexcept { return n.exponent_ + count_digits(coefficient(n)) - 1; }

  // `parts` are normalised and in range.
  static Number make(const Parts& parts) noexcept {
    Number result;
    result.high_ = static_cast<std::uint64_t>(parts.coefficient >> 64U);
    result.low_ = static_cast<std::uint64_t>(parts.coefficient);
    result.exponent_ = static_cast<std::int16_t>(parts.exponent);
    result.negative_ = parts.negative;
    return result;
  }

  static std::strong_ordering compare_magnitude(const Number& a, const Number& b) noexcept {
    if (a.is_zero() || b.is_zero()) return b.is_zero() <=> a.is_zero();
    if (const int difference = magnitude(a) - magnitude(b); difference != 0)
      return difference < 0 ? std::strong_ordering::less : std::strong_ordering::greater;
    // The same place of the first digit: with both at the lower exponent, neither has more than 38 digits.
    const int exponent = std::min(a.exponent_, b.exponent_);
    const Coefficient x = coefficient(a) * power_of_ten(a.exponent_ - exponent);
    const Coefficient y = coefficient(b) * power_of_ten(b.exponent_ - exponent);
    if (x == y) return std::strong_ordering::equal;
    return x < y ? std::strong_ordering::less : std::strong_ordering::greater;
  }

  // The sum, not yet normalised; empty when it certainly needs more than 38 digits. `high` has the larger exponent.
  static std::optional<Parts> sum(const Number& high, const Number& low) noexcept {
    const int shift = high.exponent_ - low.exponent_;
    if (shift > digits_max) return std::nullopt;
    Coefficient a = 0;
    if (__builtin_mul_overflow(coefficient(high), power_of_ten(shift), &a)) return std::nullopt;
    const Coefficient b = coefficient(low);
    Parts parts{.coefficient = 0, .exponent = low.exponent_, .negative = high.negative_};
    if (high.negative_ == low.negative_) {
      if (__builtin_add_overflow(a, b, &parts.coefficient)) return std::nullopt;
    } else {
      parts.coefficient = a > b ? a - b : b - a;
      if (b > a) parts.negative = low.negative_;
    }
    return parts;
  }
};

void Number::assign(bool negative, std::uint64_t magnitude) noexcept {
  *this = Number{};
  if (magnitude == 0) return;
  for (; magnitude % 10 == 0; magnitude /= 10) ++exponent_;
  low_ = magnitude;
  negative_ = negative;
}

std::optional<Number> Number::try_parse(std::string_view text) noexcept {
  const auto result = read(text);
  if (const auto* const parts = std::get_if<Parts>(&result)) return Arithmetic::make(*parts);
  return std::nullopt;
}

Number Number::parse(std::string_view text) {
  const auto result = read(text);
  if (const auto* const parts = std::get_if<Parts>(&result)) return Arithmetic::make(*parts);
  fail(std::get<Problem>(result), '"' + base::one_line(text, 80) + '"');
}

std::string Number::text() const {
  std::string result;
  append_text(result);
  return result;
}

void Number::append_text(std::string& out) const {
  if (is_zero()) {
    out += '0';
    return;
  }
  std::array<char, digits_max> buffer{};
  char* const end = buffer.data() + buffer.size();
  char* first = end;
  Coefficient rest = Arithmetic::coefficient(*this);
  for (; (rest >> 64U) != 0; rest /= 10) *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
  for (auto small = static_cast<std::uint64_t>(rest); small != 0; small /= 10)  // a 128-bit division costs ten of these
    *--first = static_cast<char>('0' + static_cast<int>(small % 10));
  const std::string_view digits(first, static_cast<std::size_t>(end - first));

  if (negative_) out += '-';
  const int whole = static_cast<int>(digits.size()) + exponent_;  // digits before the point
  if (exponent_ >= 0) {
    out += digits;
    out.append(static_cast<std::size_t>(exponent_), '0');
  } else if (whole > 0) {
    out += digits.substr(0, static_cast<std::size_t>(whole));
    out += '.';
    out += digits.substr(static_cast<std::size_t>(whole));
  } else {
    out += "0.";
    out.append(static_cast<std::size_t>(-whole), '0');
    out += digits;
  }
}

bool Number::is_integer() const noexcept { return exponent_ >= 0; }

std::optional<std::int64_t> Number::try_int64() const noexcept {
  if (exponent_ < 0 || high_ != 0 || Arithmetic::magnitude(*this) > 18) return std::nullopt;
  const Coefficient magnitude = low_ * power_of_ten(exponent_);
  const Coefficient most = Coefficient{std::numeric_limits<std::int64_t>::max()} + (negative_ ? 1U : 0U);
  if (magnitude > most) return std::nullopt;
  const auto bits = static_cast<std::uint64_t>(magnitude);
  return static_cast<std::int64_t>(negative_ ? 0 - bits : bits);
}

std::int64_t Number::as_int64() const {
  if (const auto result = try_int64()) return *result;
  throw Error("ValidationException", text() + (is_integer() ? " does not fit a 64-bit integer" : " is not an integer"));
}

std::size_t Number::size_bytes() const noexcept {
  if (is_zero()) return 1;
  const int digits = count_digits(Arithmetic::coefficient(*this));
  const int whole = std::clamp(digits + exponent_, 0, digits);  // significant digits before the point
  const int bytes = 1 + (negative_ ? 1 : 0) + (whole + 1) / 2 + (digits - whole + 1) / 2;
  return static_cast<std::size_t>(bytes);
}

std::strong_ordering Number::compare(const Number& a, const Number& b) noexcept {
  if (a.negative_ != b.negative_) return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.negative_ ? Arithmetic::compare_magnitude(b, a) : Arithmetic::compare_magnitude(a, b);
}

Number Number::add(const Number& a, const Number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  auto parts = a.exponent_ >= b.exponent_ ? Arithmetic::sum(a, b) : Arithmetic::sum(b, a);
  const auto problem = parts ? normalise(*parts) : Problem::too_many_digits;
  if (problem) fail(*problem, "the sum of " + a.text() + " and " + b.text());
  return Arithmetic::make(*parts);
}

}  // namespace drift
