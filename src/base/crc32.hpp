// CRC-32 (the checksum of zlib and of DynamoDB's x-amz-crc32 header). Safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace drift::base {

// The CRC-32 of `bytes`; to go on from the CRC of what came before, give that as `before`.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace drift::base
