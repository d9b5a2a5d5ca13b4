// Numbers as people read them, and the numbers of migrations that are not of the sequence.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::cli {

// "1,234,567"
std::string grouped(std::uint64_t number);
// The nearest whole number, grouped; 0 for less than 0.
std::string whole(double number);
// "1 item", "1,234 items"
std::string counted(std::uint64_t number, std::string_view what);
// "$0.0125"
std::string dollars(double amount);
// "512 B", "1.2 MB"; a MB is a million bytes
std::string bytes_text(double bytes);
// "3 s", "4 min", "2 h 05 min"
std::string duration_text(std::chrono::seconds time);
// "2026-11-25T18:33:08Z" as "2026-11-25 18:33", for columns that say UTC; any other text as it is.
std::string short_time(std::string_view iso);

// The highest number of a migration of the sequence.
inline constexpr std::uint64_t sequence_max = (std::uint64_t{1} << 62U) - 1;

// The metadata table's rows have numbers; a file outside the sequence gets one above `sequence_max`, by its name.
std::uint64_t number_outside(std::string_view name);
bool is_outside(std::uint64_t number) noexcept;

}  // namespace drift::cli
