// Names of tables: see the header.
#include "client/table_name.hpp"

#include <algorithm>

namespace drift::client {

namespace {

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_table_name(std::string_view name) noexcept {
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; };
  return name.size() >= 3 && name.size() <= 255 && std::all_of(name.begin(), name.end(), allowed);
}

bool is_table_arn(std::string_view text) noexcept {
  constexpr std::string_view before_name = ":table/";
  const auto at = text.find(before_name);
  if (!text.starts_with("arn:") || at == std::string_view::npos) return false;
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == ':' || c == '-'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), allowed) &&
         is_table_name(text.substr(at + before_name.size()));
}

}  // namespace drift::client
