// Numbers: see the header.
#include "cli/numbers.hpp"

#include "base/crc32.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace drift::cli {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string whole(double number) { return grouped(static_cast<std::uint64_t>(std::llround(std::max(0.0, number)))); }

std::string counted(std::uint64_t number, std::string_view what) {
  return grouped(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

std::string dollars(double amount) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), amount < 1 ? "$%.4f" : "$%.2f", amount);
  return text.data();
}

std::string bytes_text(double bytes) {
  static constexpr std::array<const char*, 5> units{"B", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1'000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 || bytes >= 99.95 ? "%.0f %s" : "%.1f %s", bytes, units.at(unit));
  return text.data();
}

std::string duration_text(std::chrono::seconds time) {
  const auto seconds = time.count();
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3'600) return std::to_string(seconds / 60) + " min";
  const auto minutes = seconds / 60 % 60;
  return std::to_string(seconds / 3'600) + " h " + (minutes < 10 ? "0" : "") + std::to_string(minutes) + " min";
}

std::string short_time(std::string_view iso) {
  constexpr std::size_t day_characters = 10;
  constexpr std::size_t minute_characters = 16;
  if (iso.size() <= minute_characters || iso[day_characters] != 'T') return std::string(iso);
  std::string text(iso.substr(0, minute_characters));
  text[day_characters] = ' ';
  return text;
}

std::uint64_t number_outside(std::string_view name) { return sequence_max + 1 + base::crc32(name); }

bool is_outside(std::uint64_t number) noexcept { return number > sequence_max; }

}  // namespace drift::cli
