// Checksum: CRC-32 over the fields of a row. SQLite notices a broken page structure, but not a flipped bit inside a
// row; a migration must not send a damaged value to a table, nor take an unfinished action for a finished one.
//
// Each field goes in with its length, so fields that run into each other differ. A value; for one thread at a time.
#pragma once

#include "base/crc32.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace drift::journal {

class Checksum {
 public:
  Checksum& add(std::span<const std::uint64_t> numbers) noexcept {
    // Journals do not move between machines of different byte order: their lock and their host are the run's.
    const auto* data = reinterpret_cast<const char*>(numbers.data());
    return add_text({data, numbers.size_bytes()});
  }
  Checksum& add(std::initializer_list<std::uint64_t> numbers) noexcept {
    return add(std::span(numbers.begin(), numbers.size()));
  }
  Checksum& add(std::string_view text) noexcept { return add({text.size()}).add_text(text); }
  // Without its length, which the caller adds.
  Checksum& add_text(std::string_view text) noexcept {
    if (text.size() > waiting_.size() - count_) {
      flush();
    }
    if (text.size() > waiting_.size()) {
      crc_ = base::crc32(text, crc_);
    } else {
      std::copy(text.begin(), text.end(), waiting_.begin() + static_cast<std::ptrdiff_t>(count_));
      count_ += text.size();
    }
    return *this;
  }

  // As a signed number, which SQLite keeps in 4 bytes.
  [[nodiscard]] std::int32_t value() noexcept {
    flush();
    return static_cast<std::int32_t>(crc_);
  }

 private:
  void flush() noexcept {
    crc_ = base::crc32({waiting_.data(), count_}, crc_);
    count_ = 0;
  }

  std::uint32_t crc_ = 0;
  // A call for each of a row's fields took twice as long as one for all of them (measured with zlib's CRC-32).
  std::array<char, 256> waiting_{};
  std::size_t count_ = 0;
};

// Well mixed bits of a number (the finalizer of SplitMix64).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace drift::journal
