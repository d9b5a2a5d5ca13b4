// Columns: see the header.
#include "cli/columns.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace drift::cli {

namespace {

// The first character that a terminal may show in two columns, Hangul Jamo, in UTF-8: bytes are compared.
constexpr std::string_view first_wide = "\xe1\x84\x80";
constexpr std::string_view dots = "...";

// The bytes of the character at the beginning; a byte that is none counts as one.
std::string_view first_character(std::string_view text) noexcept {
  return text.substr(0, std::max<std::size_t>(base::utf8_length(text), 1));
}

std::size_t width(std::string_view character) noexcept { return character >= first_wide ? 2 : 1; }

bool is_control(std::string_view character) noexcept {
  const auto byte = static_cast<unsigned char>(character.front());
  return character.size() == 1 ? byte < 0x20 || byte >= 0x7f : character < "\xc2\xa0";
}

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    if (text.front() == '\x1b') {
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
      continue;
    }
    const std::string_view character = first_character(text);
    columns += width(character);
    text.remove_prefix(character.size());
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
  std::string all;
  std::size_t taken = 0;
  std::size_t bytes_with_dots = 0;  // of `all`, that leave room for the dots
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    const bool control = is_control(character);
    taken += control ? 1 : width(character);
    if (taken > columns) {
      all.resize(bytes_with_dots);
      return all.append(dots.substr(0, columns));
    }
    all += control ? "?" : character;
    if (taken + dots.size() <= columns) bytes_with_dots = all.size();
    text.remove_prefix(character.size());
  }
  return all;
}

}  // namespace drift::cli
