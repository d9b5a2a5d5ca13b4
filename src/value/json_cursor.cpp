#include "value/json_cursor.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <optional>

namespace drift::value {

namespace {

// Deeper than any answer: an item's 32 levels are 64 of JSON, and a few wrap it.
constexpr std::size_t json_levels_max = 256;

std::optional<std::uint32_t> hex_digits(std::string_view text) noexcept {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t result = 0;
  for (const char c : text.substr(0, 4)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    else
      return std::nullopt;
    result = result * 16 + digit;
  }
  return result;
}

bool is_high_surrogate(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

// Appends the character of a "\u" escape, of which `rest` begins with the four digits, and takes it from `rest`, its
// second half included where there are two. False if it is broken.
bool take_unicode_escape(std::string_view& rest, std::string& out) {
  const auto first = hex_digits(rest);
  if (!first || is_low_surrogate(*first)) return false;
  rest.remove_prefix(4);
  if (!is_high_surrogate(*first)) {
    base::append_utf8(out, *first);
    return true;
  }
  if (!rest.starts_with("\\u")) return false;
  const auto second = hex_digits(rest.substr(2));
  if (!second || !is_low_surrogate(*second)) return false;
  rest.remove_prefix(6);
  base::append_utf8(out, 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00));
  return true;
}

// The same of any escape; `rest` begins behind the backslash.
bool take_escape(std::string_view& rest, std::string& out) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) return false;
  const char letter = rest.front();
  rest.remove_prefix(1);
  if (letter == 'u') return take_unicode_escape(rest, out);
  const std::size_t at = letters.find(letter);
  if (at == std::string_view::npos) return false;
  out += meanings[at];
  return true;
}

// Of true, false, null and numbers.
bool is_scalar_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' || c == 'E';
}

// The quote that ends the string of which `from` is the first character; `end` when there is none.
const char* skip_string(const char* from, const char* end) noexcept {
  const char* at = from;
  for (;;) {
    at = skip_to_quote(at, end);
    if (at == end || *at == '"') return at;
    if (end - at < 2) return end;
    at += 2;
  }
}

// Where a value of one string ({"S":"text"}, also N and B), written without spaces, ends; null for anything else. Most
// of a page is these; taken whole they cost half of what their seven tokens cost.
const char* skip_scalar(const char* at, const char* end) noexcept {
  if (end - at < 10) return nullptr;
  const bool begins = at[1] == '"' && at[3] == '"' && at[4] == ':' && at[5] == '"' && at[2] != '\\';
  if (!begins) return nullptr;
  const char* const quote = skip_string(at + 6, end);
  return end - quote >= 2 && quote[1] == '}' ? quote + 1 : nullptr;
}

}  // namespace

void JsonCursor::fail(std::string_view problem) const {
  throw Error(code_, "in the JSON at byte " + std::to_string(at_ - begin_) + " of " + std::to_string(end_ - begin_) +
                         ": " + std::string(problem));
}

void JsonCursor::fail_expected(char c) const {
  const std::string found = at_ == end_ ? "the end" : "'" + base::one_line({at_, 1}, 1) + "'";
  fail("expected '" + std::string(1, c) + "', found " + found);
}

std::string_view JsonCursor::skip_value() {
  const char next = peek();
  const char* const first = at_;
  if (next == '{' || next == '[') return skip_nested();
  if (next == '"') {
    string();
  } else {
    at_ = std::find_if_not(at_, end_, is_scalar_character);
    if (at_ == first) fail(at_ == end_ ? "it ends before its value" : "a value is missing");
  }
  return {first, static_cast<std::size_t>(at_ - first)};
}

// The hot loop of all that drift does with a page; at_ and depth are locals so that they stay in registers.
std::string_view JsonCursor::skip_nested() {
  std::array<char, json_levels_max>
      closing;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  std::size_t depth = 0;
  const char* const first = at_;
  const char* at = at_;
  const auto fail_here = [&](std::string_view problem) {
    at_ = at;
    fail(problem);
  };
  do {
    if (at == end_) fail_here(closing[depth - 1] == '}' ? "an object does not end" : "an array does not end");
    switch (*at) {
      case '"':
        at = skip_string(at + 1, end_);
        if (at == end_) fail_here("a string does not end");
        break;
      case '{':
        if (const char* const last = skip_scalar(at, end_); last != nullptr) {
          at = last;
          break;
        }
        [[fallthrough]];
      case '[':
        if (depth == closing.size()) fail_here("nested too deep");
        closing[depth++] = *at == '{' ? '}' : ']';
        break;
      case '}':
      case ']':
        if (*at != closing[--depth]) fail_here("the brackets do not match");
        break;
      default:
        break;
    }
    ++at;
  } while (depth != 0);
  at_ = at;
  return {first, static_cast<std::size_t>(at - first)};
}

std::string JsonCursor::unescape(const RawString& raw) const {
  if (!raw.ascii && !base::is_utf8(raw.text)) fail("the string before it is not valid UTF-8");
  if (!raw.escaped) return std::string(raw.text);
  std::string result;
  result.reserve(raw.text.size());
  for (std::string_view rest = raw.text; !rest.empty();) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    result += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    if (!take_escape(rest, result)) fail("the string before it has a broken escape");
  }
  return result;
}

}  // namespace drift::value
