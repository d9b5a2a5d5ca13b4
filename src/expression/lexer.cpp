// Characters are looked at one by one and classes are ASCII whatever the locale: DynamoDB's grammar knows no others
// outside of placeholders' values.
#include "expression/lexer.hpp"

#include <algorithm>

namespace drift::expression {
namespace {

constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_word_part(char c) noexcept { return is_letter(c) || is_digit(c) || c == '_'; }
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_utf8_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// How many characters from `text[0]` on belong to a word.
std::size_t word_length(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word_part) - text.begin());
}

std::size_t number_length(std::string_view text) noexcept {
  if (text.front() == '0') return 1;
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// 0 when `text` begins with no symbol.
std::size_t symbol_length(std::string_view text) noexcept {
  const std::string_view two = text.substr(0, 2);
  if (two == "<>" || two == "<=" || two == ">=") return 2;
  return std::string_view("=<>+-()[].,").find(text.front()) == std::string_view::npos ? 0 : 1;
}

std::size_t unknown_length(std::string_view text) noexcept {
  return 1 + static_cast<std::size_t>(std::find_if_not(text.begin() + 1, text.end(), is_utf8_continuation) -
                                      (text.begin() + 1));
}

Token::Kind kind_of(std::string_view text, std::size_t& length) noexcept {
  const char first = text.front();
  if (is_letter(first) || first == '_') {
    length = word_length(text);
    return Token::Kind::word;
  }
  if (is_digit(first)) {
    length = number_length(text);
    return Token::Kind::number;
  }
  if (first == '#' || first == ':') {
    length = 1 + word_length(text.substr(1));
    if (length == 1) return Token::Kind::unknown;
    return first == '#' ? Token::Kind::name : Token::Kind::value;
  }
  length = symbol_length(text);
  if (length > 0) return Token::Kind::symbol;
  length = unknown_length(text);
  return Token::Kind::unknown;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) break;
    std::size_t length = 0;
    const Token::Kind kind = kind_of(text.substr(at), length);
    tokens.push_back({kind, text.substr(at, length), at});
    at += length;
  }
  tokens.push_back({Token::Kind::end, text.substr(text.size()), text.size()});
  return tokens;
}

bool equals_keyword(std::string_view word, std::string_view upper_case_keyword) noexcept {
  return std::equal(word.begin(), word.end(), upper_case_keyword.begin(), upper_case_keyword.end(),
                    [](char c, char keyword) { return c == keyword || (is_letter(c) && (c ^ 0x20) == keyword); });
}

bool is_placeholder(std::string_view text, char sign) noexcept {
  return text.size() > 1 && text.front() == sign && word_length(text.substr(1)) == text.size() - 1;
}

}  // namespace drift::expression
