// Random values of all ten types, and random spellings of their JSON: members in any order, spaces, escapes where none
// are needed, numbers with superfluous zeros and exponents. All of it means the same.
#pragma once

#include "seeded.hpp"

#include <drift/value.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drift::value {

inline std::string random_text(Random& random, std::size_t length_max) {
  static constexpr std::array<std::string_view, 24> characters = {
      "a", "b", "Z",  "0",  " ",    "\"",   "\\", "/", "{", "}",      "[",          "]",
      ":", ",", "\n", "\t", "\x01", "\x7f", "é",  "ß", "€", "\u2028", "\U0001F600", "\U0010FFFF"};
  std::string text;
  for (std::size_t length = below(random, length_max + 1); length != 0; --length)
    text += characters[below(random, characters.size())];
  if (one_in(random, 50)) text += '\0';
  return text;
}

inline Bytes random_bytes(Random& random, std::size_t length_max) {
  Bytes bytes(below(random, length_max + 1));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

inline std::string random_number_text(Random& random) {
  const std::size_t digits = one_in(random, 4) ? 38 : 1 + below(random, 20);
  std::string text = one_in(random, 2) ? "-" : "";
  text += static_cast<char>('1' + below(random, 9));
  for (std::size_t i = 1; i < digits; ++i) text += static_cast<char>('0' + below(random, 10));
  // With the first digit at any place from -130 to 125.
  const int exponent =
      one_in(random, 3) ? 0 : static_cast<int>(below(random, 256)) - 130 - static_cast<int>(digits) + 1;
  return exponent == 0 ? text : text + 'e' + std::to_string(exponent);
}

inline Number random_number(Random& random) {
  return one_in(random, 10) ? Number(0) : Number::parse(random_number_text(random));
}

template <typename Member>
std::vector<Member> random_set(Random& random, const auto& make) {
  std::set<Member> members;
  for (std::size_t count = 1 + below(random, 5); members.size() < count;) members.insert(make());
  std::vector<Member> result(members.begin(), members.end());
  std::shuffle(result.begin(), result.end(), random);
  return result;
}

Value random_value(Random& random, std::size_t levels);

inline Attributes random_attributes(Random& random, std::size_t levels, std::size_t count_max = 5) {
  Attributes attributes;
  for (std::size_t count = below(random, count_max + 1); count != 0; --count)
    attributes.emplace('a' + random_text(random, 6), random_value(random, levels));
  return attributes;
}

inline List random_list(Random& random, std::size_t levels) {
  List list;
  for (std::size_t count = below(random, 5); count != 0; --count) list.push_back(random_value(random, levels));
  return list;
}

// `levels`: how deep it may be, at least 1.
inline Value random_value(Random& random, std::size_t levels) {
  switch (static_cast<Type>(below(random, 10))) {
    case Type::string:
      return random_text(random, one_in(random, 20) ? 200 : 12);
    case Type::number:
      return random_number(random);
    case Type::binary:
      return Value::binary(random_bytes(random, 20));
    case Type::boolean:
      return one_in(random, 2);
    case Type::null:
      return nullptr;
    case Type::list:
      return levels > 1 ? Value(random_list(random, levels - 1)) : Value(List{});
    case Type::map:
      return levels > 1 ? Value(random_attributes(random, levels - 1)) : Value(Attributes{});
    case Type::string_set:
      return Value::string_set(random_set<std::string>(random, [&] { return random_text(random, 8); }));
    case Type::number_set:
      return Value::number_set(random_set<Number>(random, [&] { return random_number(random); }));
    case Type::binary_set:
      break;
  }
  return Value::binary_set(random_set<Bytes>(random, [&] { return random_bytes(random, 6); }));
}

}  // namespace drift::value
