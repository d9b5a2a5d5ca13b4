// Small helpers for ASCII text that the standard library lacks: configuration, headers and identifiers are read with
// them. Pure functions, for several threads at once; none depends on the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::base {

// Without the spaces, tabs, carriage returns and line feeds at both ends.
std::string_view trim(std::string_view text) noexcept;

// ASCII letters only; other bytes are kept.
std::string lowercase(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

// The parts between separators, empty ones included: "a,,b" is "a", "", "b"; "" is one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

// The whole text as a decimal integer, an optional '-' where signed; empty when it is anything else or does not fit.
std::optional<std::uint64_t> parse_uint64(std::string_view text) noexcept;
std::optional<std::int64_t> parse_int64(std::string_view text) noexcept;

void append_decimal(std::string& out, std::uint64_t number);

// Two lower-case digits a byte.
void append_hex(std::string& out, std::span<const std::uint8_t> bytes);
std::string hex(std::span<const std::uint8_t> bytes);

// Fit for one line of a message or a log: control characters become spaces, broken UTF-8 becomes '?', and of more than
// `bytes_max` bytes the beginning is kept, "..." behind it (never within a character).
std::string one_line(std::string_view text, std::size_t bytes_max);

// A URL as it may be shown: the user and password before its host, where it has any, are "***".
std::string without_user_info(std::string_view url);

}  // namespace drift::base
