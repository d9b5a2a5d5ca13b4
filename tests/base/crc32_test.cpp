// CRC-32 against known values and its definition.
#include "base/crc32.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace drift::base {
namespace {

// Bit by bit, as the polynomial says.
std::uint32_t slow_crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

TEST(Crc32, KnownValues) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32("{}"), 2745614147U);  // the x-amz-crc32 of DynamoDB's empty answer
}

TEST(Crc32, IsThePolynomials) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(crc32(bytes), slow_crc32(bytes)) << i;
    bytes.push_back(static_cast<char>(i * 131));
  }
}

// Long inputs go another way through the library than short ones, and what is not aligned another one again.
TEST(Crc32, IsThePolynomialsForPages) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) bytes.push_back(static_cast<char>(i * i + i / 7));
  for (std::size_t from = 0; from < 70; ++from) {
    for (const std::size_t size : {1'000U, 4'096U, 19'000U}) {
      const std::string piece = bytes.substr(from, size);
      EXPECT_EQ(crc32(std::string_view(bytes).substr(from, size)), slow_crc32(piece)) << from << ", " << size;
    }
  }
}

TEST(Crc32, GoesOnFromWhatCameBefore) {
  const std::string bytes = "some bytes, and some more";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
    EXPECT_EQ(crc32(std::string_view(bytes).substr(cut), crc32(std::string_view(bytes).substr(0, cut))), crc32(bytes));
}

}  // namespace
}  // namespace drift::base
