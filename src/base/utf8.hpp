// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure functions, for several
// threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::base {

// The number of bytes (1 to 4) of the character with which `text` begins; 0 when it is empty or begins with none.
std::size_t utf8_length(std::string_view text) noexcept;

// The position of the first byte that is not part of valid UTF-8; text.size() when all of it is valid.
std::size_t utf8_valid_prefix(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return utf8_valid_prefix(text) == text.size(); }

// `code_point`: at most 0x10FFFF and no surrogate.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace drift::base
