// RandomJson: writes a value as DynamoDB JSON in one of the many spellings that mean the same: members and set members
// in any order, spaces, escapes where none are needed, numbers with superfluous zeros and exponents. It shares no code
// with the writer under test.
#pragma once

#include "seeded.hpp"

#include <drift/value.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::value {

class RandomJson {
 public:
  explicit RandomJson(Random& random) : random_(random) {}

  std::string spell(const Value& value) { return "{" + space() + member(value) + space() + "}"; }

  std::string spell(const Attributes& attributes) {
    std::vector<std::string> members;
    for (const auto& [name, value] : attributes)
      members.push_back(string(name) + space() + ":" + space() + spell(value));
    return bracket('{', std::move(members), '}');
  }

 private:
  std::string space() {
    std::string result;
    while (one_in(random_, 6)) result += " \t\r\n"[below(random_, 4)];
    return result;
  }

  std::string bracket(char open, std::vector<std::string> elements, char close, bool shuffle = true) {
    if (shuffle) std::shuffle(elements.begin(), elements.end(), random_);
    std::string result = open + space();
    for (std::size_t i = 0; i < elements.size(); ++i) result += (i == 0 ? "" : ",") + space() + elements[i] + space();
    return result + close;
  }

  static std::string unit(unsigned code_unit) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "\\u%04X", code_unit);
    return buffer;
  }

  static std::string escape(unsigned code_point) {
    if (code_point < 0x10000) return unit(code_point);
    return unit(0xD800 + ((code_point - 0x10000) >> 10)) + unit(0xDC00 + ((code_point - 0x10000) & 0x3FF));
  }

  std::string character(std::string_view bytes, unsigned code_point) {
    static constexpr std::pair<char, const char*> letters[] = {
        {'"', "\\\""}, {'\\', "\\\\"}, {'/', "\\/"}, {'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}, {'\b', "\\b"}};
    for (const auto& [letter, spelling] : letters)
      if (bytes.size() == 1 && bytes[0] == letter && one_in(random_, 2)) return spelling;
    const bool must = code_point < 0x20 || code_point == '"' || code_point == '\\';
    return must || one_in(random_, 5) ? escape(code_point) : std::string(bytes);
  }

  std::string string(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
      const auto first = static_cast<unsigned char>(text[0]);
      const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      unsigned code_point = length == 1 ? first : first & (0xFFU >> (length + 1));
      for (std::size_t i = 1; i < length; ++i)
        code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
      result += character(text.substr(0, length), code_point);
      text.remove_prefix(length);
    }
    return result + '"';
  }

  // Moves the point with an exponent, and adds zeros that mean nothing.
  std::string number(const Number& number) {
    std::string text = number.text();
    const bool negative = text.starts_with('-');
    if (negative) text.erase(0, 1);
    if (!number.is_zero() && one_in(random_, 3)) {
      const bool fraction = text.find('.') != std::string::npos;
      if (fraction || one_in(random_, 2))
        text += std::string(fraction ? "" : ".") + std::string(below(random_, 50), '0');
      text.insert(0, below(random_, 50), '0');
    }
    if (!number.is_zero() && text.find('.') == std::string::npos && one_in(random_, 3)) {
      text += std::string(3, '0') + (one_in(random_, 2) ? "e-3" : "E-003");
    }
    return "\"" + std::string(negative ? "-" : one_in(random_, 9) ? "+" : "") + text + "\"";
  }

  static std::string base64(const Bytes& bytes) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result = "\"";
    unsigned bits = 0, count = 0;
    for (const std::uint8_t byte : bytes) {
      bits = (bits << 8 | byte) & 0xFFFFU;
      for (count += 8; count >= 6; count -= 6) result += alphabet[bits >> (count - 6) & 0x3FU];
    }
    if (count != 0) result += alphabet[bits << (6 - count) & 0x3FU];
    while (result.size() % 4 != 1) result += '=';
    return result + '"';
  }

  template <typename Range>
  std::string array(const Range& range, bool shuffle, const auto& write) {
    std::vector<std::string> elements;
    elements.reserve(range.size());
    for (const auto& element : range) elements.push_back(write(element));
    return bracket('[', std::move(elements), ']', shuffle);
  }

  std::string content(const Value& value) {
    switch (value.type()) {
      case Type::string:
        return string(value.as_string());
      case Type::number:
        return number(value.as_number());
      case Type::binary:
        return base64(value.as_binary());
      case Type::boolean:
        return value.as_bool() ? "true" : "false";
      case Type::null:
        return "true";
      case Type::list:
        return array(value.as_list(), false, [this](const Value& element) { return spell(element); });
      case Type::map:
        return spell(value.as_map());
      case Type::string_set:
        return array(value.as_string_set(), true, [this](const std::string& member) { return string(member); });
      case Type::number_set:
        return array(value.as_number_set(), true, [this](const Number& member) { return number(member); });
      case Type::binary_set:
        break;
    }
    return array(value.as_binary_set(), true, [](const Bytes& member) { return base64(member); });
  }

  std::string member(const Value& value) {
    static constexpr const char* tags[] = {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"};
    return string(tags[static_cast<std::size_t>(value.type())]) + space() + ":" + space() + content(value);
  }

  Random& random_;
};

}  // namespace drift::value
