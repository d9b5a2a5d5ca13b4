// SHA-256 of a text, for names that must not say what they stand for. (Signatures have a faster way: sigv4.)
#pragma once

#include <string>
#include <string_view>

namespace drift::wire {

// 64 hexadecimal digits. For several threads at once.
std::string sha256_hex(std::string_view text);

}  // namespace drift::wire
