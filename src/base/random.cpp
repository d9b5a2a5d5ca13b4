#include "base/random.hpp"

#include "base/text.hpp"

#include <array>
#include <cstddef>

namespace drift::base {

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Numbers under `rest` are drawn again: what is left is a multiple of `bound`, so the remainder favours none.
  const std::uint64_t rest = (0 - bound) % bound;
  std::uint64_t number = next();
  while (number < rest) number = next();
  return number % bound;
}

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    const std::uint64_t bits = random_seed();
    for (std::size_t j = 0; j < 8; ++j) bytes[i + j] = static_cast<std::uint8_t>(bits >> (8 * j));
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);  // variant of the RFC
  std::string text = hex(bytes);
  for (const std::size_t at : {std::size_t{8}, std::size_t{13}, std::size_t{18}, std::size_t{23}})
    text.insert(at, 1, '-');
  return text;
}

}  // namespace drift::base
