// Base64 with the standard alphabet and padding (RFC 4648, section 4), as DynamoDB JSON carries binary values. Pure
// functions, for several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::base {

// The number of characters that `bytes` bytes take, padding included.
constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

void append_base64(std::string& out, std::span<const std::uint8_t> bytes);

// An empty optional for anything that append_base64 would not have written: another alphabet, missing padding, spaces,
// bits set behind the last byte.
std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text);

}  // namespace drift::base
