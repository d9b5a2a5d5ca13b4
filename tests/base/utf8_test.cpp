#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace drift::base {
namespace {

bool is_surrogate(std::uint32_t code_point) { return code_point >= 0xD800 && code_point < 0xE000; }

TEST(Utf8, EveryCodePointIsValidAlone) {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (is_surrogate(code_point)) continue;
    std::string text;
    append_utf8(text, code_point);
    ASSERT_EQ(utf8_length(text), text.size()) << code_point;
    ASSERT_EQ(text.size(), code_point < 0x80 ? 1U : code_point < 0x800 ? 2U : code_point < 0x10000 ? 3U : 4U);
  }
}

// Against the definition: a sequence is valid iff it is what append_utf8 writes for some code point.
TEST(Utf8, NoOtherSequenceOfThreeBytesIsValid) {
  std::vector<bool> valid(1U << 24U);
  for (std::uint32_t code_point = 0x800; code_point < 0x10000; ++code_point) {
    if (is_surrogate(code_point)) continue;
    std::string text;
    append_utf8(text, code_point);
    valid[static_cast<std::size_t>(static_cast<unsigned char>(text[0])) << 16U |
          static_cast<std::size_t>(static_cast<unsigned char>(text[1])) << 8U | static_cast<unsigned char>(text[2])] =
        true;
  }
  for (std::uint32_t bytes = 0; bytes < (1U << 24U); ++bytes) {
    const std::array<char, 3> text = {static_cast<char>(bytes >> 16U), static_cast<char>(bytes >> 8U),
                                      static_cast<char>(bytes)};
    ASSERT_EQ(utf8_length({text.data(), text.size()}) == 3, valid[bytes]) << bytes;
  }
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutOff) {
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98", "\xFE", "\xFF"}) {
    EXPECT_EQ(utf8_length(text), 0U);
    EXPECT_FALSE(is_utf8(text));
  }
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, FindsTheFirstBrokenByteAtEveryPlace) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t place = 0; place <= length; ++place) {
      std::string text(length, 'x');
      text.insert(place, "\xC3\xA9");
      EXPECT_TRUE(is_utf8(text));
      text.insert(place, "\xE2\x82");
      EXPECT_EQ(utf8_valid_prefix(text), place);
    }
  }
}

}  // namespace
}  // namespace drift::base
