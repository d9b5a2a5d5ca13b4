#include "base/base64.hpp"

#include <array>

namespace drift::base {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}

constexpr std::array<std::uint8_t, 256> digit_of = make_digits();

std::uint32_t digit(char c) noexcept { return digit_of[static_cast<unsigned char>(c)]; }

}  // namespace

void append_base64(std::string& out, std::span<const std::uint8_t> bytes) {
  std::size_t at = out.size();
  out.resize(at + base64_size(bytes.size()), '=');
  const auto put = [&](std::uint32_t bits, std::size_t digits) {
    for (std::size_t i = 0; i < digits; ++i) out[at + i] = alphabet[(bits >> (18 - 6 * i)) & 0x3FU];
    at += 4;
  };
  while (bytes.size() >= 3) {
    put((std::uint32_t{bytes[0]} << 16U) | (std::uint32_t{bytes[1]} << 8U) | bytes[2], 4);
    bytes = bytes.subspan(3);
  }
  if (bytes.size() == 2) put((std::uint32_t{bytes[0]} << 16U) | (std::uint32_t{bytes[1]} << 8U), 3);
  if (bytes.size() == 1) put(std::uint32_t{bytes[0]} << 16U, 2);
}

std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.empty()) return bytes;
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text[text.size() - 1] != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
  bytes.resize(text.size() / 4 * 3 - padding);
  text.remove_suffix(padding);

  std::size_t at = 0;
  std::uint32_t seen = 0;  // every digit, ored: a character that is none has its two high bits set
  for (; text.size() >= 4; text.remove_prefix(4)) {
    const std::uint32_t a = digit(text[0]), b = digit(text[1]), c = digit(text[2]), d = digit(text[3]);
    seen |= a | b | c | d;
    bytes[at++] = static_cast<std::uint8_t>((a << 2U) | (b >> 4U));
    bytes[at++] = static_cast<std::uint8_t>((b << 4U) | (c >> 2U));
    bytes[at++] = static_cast<std::uint8_t>((c << 6U) | d);
  }
  std::uint32_t left = 0;  // bits behind the last byte
  if (text.size() == 2) {
    const std::uint32_t a = digit(text[0]), b = digit(text[1]);
    seen |= a | b;
    bytes[at++] = static_cast<std::uint8_t>((a << 2U) | (b >> 4U));
    left = b & 0xFU;
  } else if (text.size() == 3) {
    const std::uint32_t a = digit(text[0]), b = digit(text[1]), c = digit(text[2]);
    seen |= a | b | c;
    bytes[at++] = static_cast<std::uint8_t>((a << 2U) | (b >> 4U));
    bytes[at++] = static_cast<std::uint8_t>((b << 4U) | (c >> 2U));
    left = c & 0x3U;
  }
  if (seen >= 64 || left != 0) return std::nullopt;
  return bytes;
}

}  // namespace drift::base
