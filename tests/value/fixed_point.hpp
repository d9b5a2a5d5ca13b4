// FixedPoint: a decimal number by schoolbook, to hold Number against: one array element a digit, from 10^159 down to
// 10^-180, more on both sides than DynamoDB's numbers have. Slow and plain on purpose.
#pragma once

#include "seeded.hpp"

#include <array>
#include <cstdlib>
#include <string>

namespace drift::value {

class FixedPoint {
 public:
  // "-12.5e3", well formed.
  explicit FixedPoint(std::string text) {
    int exponent = 0;
    if (const std::size_t at = text.find_first_of("eE"); at != std::string::npos) {
      exponent = std::atoi(text.c_str() + at + 1);
      text.erase(at);
    }
    if (text.starts_with('-') || text.starts_with('+')) {
      negative_ = text[0] == '-';
      text.erase(0, 1);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    int place = exponent + static_cast<int>(point) - 1;
    for (const char c : text)
      if (c != '.') digit(place--) = c - '0';
  }

  FixedPoint operator+(const FixedPoint& other) const {
    if (negative_ == other.negative_) return added(other);
    return compare_magnitude(other) >= 0 ? subtracted(other) : other.subtracted(*this);
  }

  FixedPoint negated() const {
    FixedPoint result = *this;
    result.negative_ = !negative_;
    return result;
  }

  int compare(const FixedPoint& other) const {
    const FixedPoint difference = *this + other.negated();
    for (const int d : difference.digits_)
      if (d != 0) return difference.negative_ ? -1 : 1;
    return 0;
  }

  // One that differs in a few of the last 45 places, or in its sign.
  FixedPoint near(Random& random) const {
    FixedPoint result = *this;
    int first = lowest;
    while (first < highest && at(first) == 0) ++first;
    for (std::size_t changes = below(random, 3); changes != 0; --changes) {
      const int place = first - 1 + static_cast<int>(below(random, 45));
      if (place > lowest && place < highest) result.digit(place) = static_cast<int>(below(random, 10));
    }
    result.negative_ = one_in(random, 2);
    return result;
  }

  // As DynamoDB writes it; `refusal` when it is out of range or has more than 38 significant digits.
  std::string text_or(const std::string& refusal) const {
    int first = highest, last = lowest;
    while (first >= lowest && at(first) == 0) --first;
    if (first < lowest) return "0";
    while (at(last) == 0) ++last;
    if (first > 125 || first < -130 || first - last + 1 > 38) return refusal;
    std::string text = negative_ ? "-" : "";
    for (int place = std::max(first, 0); place >= std::min(last, 0); --place) {
      if (place == -1) text += '.';
      text += static_cast<char>('0' + at(place));
    }
    return text;
  }

 private:
  static constexpr int highest = 159, lowest = -180;

  int& digit(int place) { return digits_.at(static_cast<std::size_t>(place - lowest)); }
  int at(int place) const { return digits_.at(static_cast<std::size_t>(place - lowest)); }

  int compare_magnitude(const FixedPoint& other) const {
    for (int place = highest; place >= lowest; --place)
      if (at(place) != other.at(place)) return at(place) < other.at(place) ? -1 : 1;
    return 0;
  }

  FixedPoint added(const FixedPoint& other) const {
    FixedPoint result = *this;
    int carry = 0;
    for (int place = lowest; place <= highest; ++place) {
      const int sum = at(place) + other.at(place) + carry;
      result.digit(place) = sum % 10;
      carry = sum / 10;
    }
    return result;
  }

  // The other is not larger.
  FixedPoint subtracted(const FixedPoint& other) const {
    FixedPoint result = *this;
    int borrow = 0;
    for (int place = lowest; place <= highest; ++place) {
      const int difference = at(place) - other.at(place) - borrow;
      result.digit(place) = (difference + 10) % 10;
      borrow = difference < 0 ? 1 : 0;
    }
    return result;
  }

  std::array<int, highest - lowest + 1> digits_{};
  bool negative_ = false;
};

}  // namespace drift::value
