#include "wire/sha256.hpp"

#include "base/text.hpp"

#include <openssl/sha.h>

#include <array>

namespace drift::wire {

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base::hex(digest);
}

}  // namespace drift::wire
