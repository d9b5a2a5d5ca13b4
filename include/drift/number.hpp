// Number: a DynamoDB number, exact. 38 significant digits, magnitude 1E-130 to 9.99...9E+125, or zero (Amazon DynamoDB
// Developer Guide, "Naming rules and data types"). Never a binary floating-point value: `0.1` is one tenth. Trailing
// zeros are not significant: 1, 1.0 and 1E0 are the same number and have the same text.
//
// A value type of 24 bytes; const methods may be called from several threads at once.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace drift {

template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
                  !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

class Number {
 public:
  // Zero.
  constexpr Number() noexcept = default;

  // Every integer of up to 64 bits is a Number, exactly.
  template <Integer I>
  Number(I value) noexcept {  // NOLINT(google-explicit-constructor): a Number is what an integer is in DynamoDB
    const bool negative = std::cmp_less(value, 0);
    const auto bits = static_cast<std::uint64_t>(+value);
    assign(negative, negative ? std::uint64_t{0} - bits : bits);
  }
  Number(double) = delete;  // a double is not exact; write Number::parse("0.1")

  // Reads what DynamoDB accepts: an optional sign, digits with at most one point, an optional exponent ("-12.5e3").
  // Leading and trailing zeros do not count as digits. Throws Error (code "ValidationException") for anything else, for
  // more than 38 significant digits and for a magnitude out of range.
  static Number parse(std::string_view text);
  // The same; an empty optional instead of an exception.
  static std::optional<Number> try_parse(std::string_view text) noexcept;

  // The canonical text: equal numbers have equal texts, and `parse(n.text()) == n`. Plain notation ("-0.05", "1200").
  [[nodiscard]] std::string text() const;
  void append_text(std::string& out) const;

  [[nodiscard]] bool is_zero() const noexcept { return high_ == 0 && low_ == 0; }
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  // True iff there is no fraction.
  [[nodiscard]] bool is_integer() const noexcept;
  // The number as an int64; an empty optional when it has a fraction or does not fit.
  [[nodiscard]] std::optional<std::int64_t> try_int64() const noexcept;
  // The same; throws Error when it has a fraction or does not fit.
  [[nodiscard]] std::int64_t as_int64() const;

  // The size in bytes that DynamoDB counts for this number: one, one more for a minus sign, and one for every two
  // significant digits, those before and those behind the point counted apart (Developer Guide, "DynamoDB item sizes
  // and formats", as measured at the 400 KB limit).
  [[nodiscard]] std::size_t size_bytes() const noexcept;

  // Order and equality by numeric value.
  friend bool operator==(const Number& a, const Number& b) noexcept = default;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b) noexcept { return compare(a, b); }

  // Exact, or an Error (code "ValidationException"): a result that needs more than 38 digits, or is out of range, is
  // refused as DynamoDB refuses it in `SET n = a + b`, never rounded.
  friend Number operator+(const Number& a, const Number& b) { return add(a, b); }
  friend Number operator-(const Number& a, const Number& b) { return add(a, -b); }
  Number operator-() const noexcept {
    Number result = *this;
    result.negative_ = !negative_ && !is_zero();
    return result;
  }
  Number operator+() const noexcept { return *this; }
  Number& operator+=(const Number& other) { return *this = add(*this, other); }
  Number& operator-=(const Number& other) { return *this = add(*this, -other); }

 private:
  struct Arithmetic;
  void assign(bool negative, std::uint64_t magnitude) noexcept;
  static Number add(const Number& a, const Number& b);
  static std::strong_ordering compare(const Number& a, const Number& b) noexcept;

  // value = (-1)^negative * (high * 2^64 + low) * 10^exponent, normalised: the coefficient does not end in a zero
  // digit, and zero is all zeros. So equality is member by member.
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace drift
