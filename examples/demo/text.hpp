// Numbers, attribute values and widths as text for a terminal. Pure functions.
#pragma once

#include <drift/drift.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace demo {

// "12,000"
std::string with_commas(std::uint64_t number);
// Of capacity units: "12,000", "2,950.5".
std::string units_text(double units);
// "0.9 s"
std::string seconds_text(std::chrono::duration<double> time);
// "38 MiB"
std::string bytes_text(std::uint64_t bytes);

// The columns that a text takes on a terminal: two for a CJK character, none for a combining mark.
std::size_t width_of(std::string_view text) noexcept;
// The text, or as much of it as fits with an ellipsis at its end.
std::string cut(std::string_view text, std::size_t columns);
std::string padded_left(std::string text, std::size_t columns);
std::string padded_right(std::string text, std::size_t columns);

// A value as a person writes it: "text", 12.5, {"a", "b"}, [1, 2], {name: "x"}, <48 bytes 3fa4...>.
std::string readable(const drift::Value& value);

}  // namespace demo
