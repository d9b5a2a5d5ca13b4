#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <random>

namespace drift::base {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string encode(std::string_view text) {
  std::string out;
  append_base64(out, Bytes(text.begin(), text.end()));
  return out;
}

TEST(Base64, IsThatOfTheRfc) {
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xFB\xFF\xBF"), "+/+/");
}

TEST(Base64, RefusesWhatItWouldNotHaveWritten) {
  for (const char* text :
       {"Z",        "Zg",   "Zg=",   "Zg===", "=",    "====",  "Z===",  "Zh==", "Zm9=", "Zm9v=",  "Zm9v====",
        "Zg==Zg==", "Z g=", "Zm9\n", "Zm-v",  "Zm_v", "Zm9v ", " Zm9v", "Zm=v", "=m9v", "Zm9\xC3"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

TEST(Base64, ComesBack) {
  std::mt19937_64 random(1);
  for (std::size_t length = 0; length < 300; ++length) {
    Bytes bytes(length);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    std::string text;
    append_base64(text, bytes);
    EXPECT_EQ(text.size(), base64_size(length));
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

}  // namespace
}  // namespace drift::base
