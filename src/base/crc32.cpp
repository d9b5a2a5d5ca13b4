// CRC-32 by zlib.
#include "base/crc32.hpp"

#include <zlib.h>

namespace drift::base {

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) noexcept {
  // A null buffer would make zlib answer with its start value instead of `before`.
  if (bytes.empty()) return before;
  return static_cast<std::uint32_t>(
      ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

}  // namespace drift::base
