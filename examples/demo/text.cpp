// See text.hpp.
#include "demo/text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace demo {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// The blocks of wide characters and of combining marks that the catalogue's scripts need (Unicode, East Asian Width).
constexpr std::array<Range, 5> wide{
    {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xff00, 0xff60}}};
constexpr std::array<Range, 5> combining{
    {{0x0300, 0x036f}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x093c, 0x093c}, {0x0941, 0x094d}}};

template <typename Ranges>
bool within(const Ranges& ranges, char32_t point) noexcept {
  for (const Range& range : ranges)
    if (point >= range.first && point <= range.last) return true;
  return false;
}

// The code point at `at`, which is moved behind it. The text is known to be UTF-8.
char32_t next_point(std::string_view text, std::size_t& at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  char32_t point = lead < 0xe0 ? lead & 0x1fU : lead < 0xf0 ? lead & 0x0fU : lead & 0x07U;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3fU);
  return point;
}

std::size_t width_of(char32_t point) noexcept {
  if (within(combining, point)) return 0;
  return within(wide, point) ? 2 : 1;
}

std::string bytes_readable(const drift::Bytes& bytes) {
  constexpr std::size_t shown = 4;
  std::string text = "<" + std::to_string(bytes.size()) + " bytes ";
  for (std::size_t i = 0; i < bytes.size() && i < shown; ++i) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned>(bytes[i]));
    text += hex.data();
  }
  return text + (bytes.size() > shown ? "…>" : ">");
}

// "{a, b}" of members that `one` writes.
template <typename Members, typename One>
std::string listed(std::string_view brackets, const Members& members, const One& one) {
  std::string text(1, brackets.front());
  for (const auto& member : members) {
    if (text.size() > 1) text += ", ";
    text += one(member);
  }
  return text += brackets.back();
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string units_text(double units) {
  const auto tenths = static_cast<std::uint64_t>(std::llround(units * 10));
  std::string text = with_commas(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text;
}

std::string seconds_text(std::chrono::duration<double> time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", time.count());
  return text.data();
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::uint64_t kib = 1024;
  if (bytes < 10 * kib) return with_commas(bytes) + " bytes";
  if (bytes < 10 * kib * kib) return with_commas(bytes / kib) + " KiB";
  return with_commas(bytes / kib / kib) + " MiB";
}

std::size_t width_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += width_of(next_point(text, at));
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  std::size_t used = 1;  // of the ellipsis
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); end = at) {
    used += width_of(next_point(text, at));
    if (used > columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string padded_left(std::string text, std::size_t columns) {
  const std::size_t width = width_of(text);
  if (width < columns) text.insert(0, columns - width, ' ');
  return text;
}

std::string padded_right(std::string text, std::size_t columns) {
  const std::size_t width = width_of(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

std::string readable(const drift::Value& value) {
  switch (value.type()) {
    case drift::Type::string:
      return in_quotes(value.as_string());
    case drift::Type::number:
      return value.as_number().text();
    case drift::Type::binary:
      return bytes_readable(value.as_binary());
    case drift::Type::boolean:
      return value.as_bool() ? "true" : "false";
    case drift::Type::null:
      return "null";
    case drift::Type::list:
      return listed("[]", value.as_list(), readable);
    case drift::Type::map:
      return listed("{}", value.as_map(),
                    [](const auto& entry) { return entry.first + ": " + readable(entry.second); });
    case drift::Type::string_set:
      return listed("{}", value.as_string_set(), in_quotes);
    case drift::Type::number_set:
      return listed("{}", value.as_number_set(), [](const auto& number) { return number.text(); });
    case drift::Type::binary_set:
      return listed("{}", value.as_binary_set(), bytes_readable);
  }
  return {};
}

}  // namespace demo
