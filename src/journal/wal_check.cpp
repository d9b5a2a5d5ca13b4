// The format is https://www.sqlite.org/fileformat2.html, section 4 "The Write-Ahead Log".
#include "journal/wal_check.hpp"

#include "journal/problem.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <vector>

namespace drift::journal {
namespace {

constexpr std::size_t header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;
constexpr std::uint32_t magic = 0x377f0682;  // the lowest bit says that checksums are over big-endian words

using Bytes = std::span<const unsigned char>;

std::uint32_t big_endian(Bytes bytes, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(bytes[at]) << 24U | static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8U | static_cast<std::uint32_t>(bytes[at + 3]);
}

std::uint32_t little_endian(Bytes bytes, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(bytes[at + 3]) << 24U | static_cast<std::uint32_t>(bytes[at + 2]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 1]) << 8U | static_cast<std::uint32_t>(bytes[at]);
}

// The log's checksum, which runs on from frame to frame.
struct RunningSum {
  bool big_words = false;
  std::uint32_t s0 = 0;
  std::uint32_t s1 = 0;

  void add(Bytes bytes) noexcept {
    const auto word = big_words ? big_endian : little_endian;
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      s0 += word(bytes, i) + s1;
      s1 += word(bytes, i + 4) + s0;
    }
  }
  [[nodiscard]] bool is(Bytes bytes, std::size_t at) const noexcept {
    return big_endian(bytes, at) == s0 && big_endian(bytes, at + 4) == s1;
  }
};

bool is_zero(Bytes bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte == 0; });
}

bool read(std::ifstream& stream, std::span<unsigned char> into) {
  stream.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
  return static_cast<std::size_t>(stream.gcount()) == into.size();
}

}  // namespace

void check_wal(const std::filesystem::path& journal) {
  std::ifstream stream(journal.string() + "-wal", std::ios::binary);
  std::array<unsigned char, header_bytes> header{};
  if (!stream || !read(stream, header) || is_zero(header)) {
    return;  // none, or nothing was ever committed to it
  }
  RunningSum sum{.big_words = (big_endian(header, 0) & 1U) != 0};
  sum.add(Bytes(header).first(24));
  const std::size_t page_bytes = big_endian(header, 8);
  if ((big_endian(header, 0) & ~1U) != magic || !sum.is(header, 24) || page_bytes < 512 || page_bytes > 65'536) {
    throw damaged(journal, "the beginning of its -wal file is not as it was written");
  }
  std::vector<unsigned char> frame(frame_header_bytes + page_bytes);
  bool sound = true;
  int commits_behind = 0;  // transactions that end behind the first bad frame
  while (read(stream, frame)) {
    const Bytes bytes(frame);
    const bool of_this_log = std::equal(bytes.begin() + 8, bytes.begin() + 16, header.begin() + 16);  // the salts
    if (sound) {
      sum.add(bytes.first(8));
      sum.add(bytes.subspan(frame_header_bytes));
      sound = of_this_log && sum.is(bytes, 16);
    }
    // Behind the log may stand frames of the one before it, which have other salts.
    const bool commit = of_this_log && big_endian(bytes, 4) != 0;
    commits_behind += !sound && commit ? 1 : 0;
  }
  if (commits_behind > 1) {
    throw damaged(journal, "its -wal file is broken before its last " + std::to_string(commits_behind) + " commits");
  }
}

}  // namespace drift::journal
