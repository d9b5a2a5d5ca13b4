#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace drift::base {
namespace {

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \t\r\n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "content-lENGTH"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_EQ(lowercase("AbZ[`@\xC3\x84"), "abz[`@\xC3\x84");
}

TEST(Text, SplitsAtEverySeparator) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (Parts{""}));
  EXPECT_EQ(split(",", ','), (Parts{"", ""}));
  EXPECT_EQ(split("abc", ','), (Parts{"abc"}));
}

TEST(Text, ParsesWholeIntegersOnly) {
  EXPECT_EQ(parse_uint64("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(parse_uint64("007"), 7U);
  EXPECT_EQ(parse_int64("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1x", "0x1", "1.0", "18446744073709551616"}) {
    EXPECT_EQ(parse_uint64(text), std::nullopt) << text;
    EXPECT_EQ(parse_int64(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_uint64("-1"), std::nullopt);
}

TEST(Text, WritesDecimalsAndHex) {
  std::string out = "n=";
  append_decimal(out, 0);
  append_decimal(out, 18446744073709551615U);
  EXPECT_EQ(out, "n=018446744073709551615");
  EXPECT_EQ(hex(std::array<std::uint8_t, 3>{0x00, 0xAF, 0xFF}), "00afff");
  EXPECT_EQ(hex({}), "");
}

TEST(Text, OneLineIsFitForALog) {
  EXPECT_EQ(one_line("a\nb\tc\x7f\x1b[1m", 100), "a b c  [1m");
  EXPECT_EQ(one_line("a\xC2\x9B"
                     "31m\xC2\xA0é",
                     100),
            "a 31m\xC2\xA0é")
      << "the control character U+009B, as ESC [";
  EXPECT_EQ(one_line("a\xFF"
                     "b\xC3",
                     100),
            "a?b?");
  EXPECT_EQ(one_line("ééé", 6), "ééé");
  EXPECT_EQ(one_line("ééé", 5), "éé...");
  EXPECT_EQ(one_line("abc", 0), "...");
  EXPECT_EQ(one_line("", 0), "");
}

TEST(Text, AUrlIsShownWithoutItsUser) {
  EXPECT_EQ(without_user_info("http://user:secret@127.0.0.1:1"), "http://***@127.0.0.1:1");
  EXPECT_EQ(without_user_info("http://user:se/cr@t@host/path"), "http://***@host/path");
  EXPECT_EQ(without_user_info("user:a://b@host"), "user:a://***@host");
  EXPECT_EQ(without_user_info("user:secret@host"), "***@host");
  EXPECT_EQ(without_user_info("https://host:1"), "https://host:1");
}

}  // namespace
}  // namespace drift::base
