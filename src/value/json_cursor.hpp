// JsonCursor: reads JSON from front to back, the one way in which drift does. It copies nothing and allocates nothing;
// what it gives back are views into the text. It checks the structure that it walks over, and nothing else: whoever
// asks for a string's text or a number checks that (unescape). Never reads outside the text, whatever is in it.
//
// Why not simdjson: see docs of the figures in json_object.hpp. For one thread at a time.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace drift::value {

// A JSON string as it stands between its quotes.
struct RawString {
  std::string_view text;
  bool escaped = false;  // true iff there is a backslash in it
  bool ascii = true;     // false if there may be a byte above 0x7F in it
};

// The first byte from `from` on that ends a plain run of a JSON string: a quote, a backslash or a control character;
// `end` when there is none. Sets `ascii` to false when it may have passed a byte above 0x7F.
inline const char* skip_plain(const char* from, const char* end, bool& ascii) noexcept;

class JsonCursor {
 public:
  // Both must outlive the cursor. `code`: of the Errors thrown.
  JsonCursor(std::string_view text, const char* code) noexcept
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()), code_(code) {}

  // The next character that is no white space; '\0' at the end.
  char peek() noexcept {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    return at_ != end_ ? *at_ : '\0';
  }
  // Takes the next character if it is `c`.
  bool accept(char c) noexcept {
    if (peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail_expected(c);
  }
  // Takes a string, without looking into its escapes.
  RawString string() {
    expect('"');
    RawString result;
    const char* const first = at_;
    for (;;) {
      at_ = skip_plain(at_, end_, result.ascii);
      if (at_ == end_) fail("a string does not end");
      if (*at_ == '"') break;
      if (*at_ != '\\') fail("a control character in a string");
      result.escaped = true;
      if (end_ - at_ < 2) fail("a string does not end");
      at_ += 2;
    }
    result.text = {first, static_cast<std::size_t>(at_ - first)};
    ++at_;
    return result;
  }
  // Takes one value of any kind and gives back its text. Of an object or array it checks that the brackets match and
  // the strings end, not what stands between them.
  std::string_view skip_value();
  // Nothing but white space may follow.
  void expect_end() {
    if (peek() != '\0' || at_ != end_) fail("something stands behind its end");
  }

  // The text of a string just read. Throws for broken escapes and broken UTF-8.
  [[nodiscard]] std::string unescape(const RawString& raw) const;

  // Throws an Error of this cursor's code that says where: at the place reached.
  [[noreturn]] void fail(std::string_view problem) const;

 private:
  [[noreturn]] void fail_expected(char c) const;
  std::string_view skip_nested();

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* code_;
};

inline const char* skip_plain(const char* from, const char* end, bool& ascii) noexcept {
  // Eight bytes at a time. In each term the lowest bit set marks the first byte in question; bits above it may be
  // wrong.
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones << 7U;
  const auto below = [](std::uint64_t word, std::uint64_t limit) { return (word - ones * limit) & ~word & highs; };
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - from >= 8; from += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, from, sizeof word);
      if ((word & highs) != 0) ascii = false;
      const std::uint64_t found = below(word, 0x20) | below(word ^ (ones * '"'), 1) | below(word ^ (ones * '\\'), 1);
      if (found != 0) return from + std::countr_zero(found) / 8;
    }
  }
  for (; from != end; ++from) {
    const auto byte = static_cast<unsigned char>(*from);
    if (byte < 0x20 || byte == '"' || byte == '\\') return from;
    if (byte >= 0x80) ascii = false;
  }
  return end;
}

}  // namespace drift::value
