// JsonCursor: reads JSON from front to back, the one way in which drift does. It copies nothing and allocates nothing;
// what it gives back are views into the text. It checks the structure that it walks over, and nothing else: whoever
// asks for a string's text or a number checks that (unescape). Never reads outside the text, whatever is in it, and
// needs no padding behind it. For one thread at a time.
//
// Why not simdjson (both measured at -O2 on a page of 1 MB, 2,605 items of 399 bytes, with what Debian's simdjson 3.0.1
// dispatches to): its On-Demand splits the page in 0.37 ms, this in 0.57 ms; it finds an item's ten attributes in 0.45
// us, this in 0.25 us, and items are looked into, too. It would want 64 readable bytes behind every text, and 4 MB of
// index a parsing thread.
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

// Eight bytes at a time, in plain C++: SSE2 took 0.53 ms for the page above, too little gained for a second version.
constexpr std::uint64_t every_byte(std::uint64_t byte) noexcept { return byte * 0x0101010101010101U; }
inline std::uint64_t load_word(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}
// The lowest bit set marks the lowest byte below `limit` (at most 0x80); bits above it may be wrong.
constexpr std::uint64_t bytes_below(std::uint64_t word, std::uint64_t limit) noexcept {
  return (word - every_byte(limit)) & ~word & every_byte(0x80);
}
constexpr std::uint64_t equal_bytes(std::uint64_t word, char c) noexcept {
  return bytes_below(word ^ every_byte(static_cast<unsigned char>(c)), 1);
}

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
  // the strings end, not what stands between them; of a number or a word, that its characters are those of one.
  std::string_view skip_value();
  // Bytes from the beginning of the text to the place reached.
  [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
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

// The first quote or backslash from `from` on; `end` when there is none.
inline const char* skip_to_quote(const char* from, const char* end) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - from >= 8; from += 8) {
      const std::uint64_t word = load_word(from);
      const std::uint64_t found = equal_bytes(word, '"') | equal_bytes(word, '\\');
      if (found != 0) return from + std::countr_zero(found) / 8;
    }
  }
  while (from != end && *from != '"' && *from != '\\') ++from;
  return from;
}

inline const char* skip_plain(const char* from, const char* end, bool& ascii) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - from >= 8; from += 8) {
      const std::uint64_t word = load_word(from);
      if ((word & every_byte(0x80)) != 0) ascii = false;
      const std::uint64_t found = bytes_below(word, 0x20) | equal_bytes(word, '"') | equal_bytes(word, '\\');
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
