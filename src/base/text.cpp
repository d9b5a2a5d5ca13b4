#include "base/text.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace drift::base {

namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <typename Integer>
std::optional<Integer> parse_integer(std::string_view text) noexcept {
  Integer number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || text.empty()) return std::nullopt;
  return number;
}

// Both digits of each byte: a request's signature writes 96 bytes so.
constexpr std::array<char, 512> hex_pairs = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = digits[byte / 16];
    pairs[2 * byte + 1] = digits[byte % 16];
  }
  return pairs;
}();

// U+0080 to U+009F, some of which begin a command to a terminal as ESC does.
bool is_c1_control(std::string_view text) {
  return text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lowercase(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::uint64_t> parse_uint64(std::string_view text) noexcept { return parse_integer<std::uint64_t>(text); }

std::optional<std::int64_t> parse_int64(std::string_view text) noexcept { return parse_integer<std::int64_t>(text); }

void append_decimal(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
  const std::size_t before = out.size();
  out.resize(before + 2 * bytes.size());
  char* at = out.data() + before;
  for (const std::uint8_t byte : bytes) at = std::copy_n(&hex_pairs[2 * std::size_t{byte}], 2, at);
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string result;
  result.reserve(bytes.size() * 2);
  append_hex(result, bytes);
  return result;
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
  std::string result;
  result.reserve(std::min(text.size(), bytes_max));
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::size_t shown = std::max<std::size_t>(length, 1);
    if (result.size() + shown > bytes_max) return result + "...";
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      result += '?';
    } else if (first < 0x20 || first == 0x7F || is_c1_control(text)) {
      result += ' ';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(shown);
  }
  return result;
}

// Up to the last '@': a password may have what should have been written as %XX.
std::string without_user_info(std::string_view url) {
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme < at ? scheme + 3 : 0;
  return std::string(url.substr(0, begin)) + "***" + std::string(url.substr(at));
}

}  // namespace drift::base
