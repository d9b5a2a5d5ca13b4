// Columns: how much room a text takes on a terminal, and what of it has room. Pure functions, for several threads at
// once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drift::cli {

// A colour takes none; what is not of a western script may take two a character, and is taken to.
std::size_t columns_of(std::string_view text) noexcept;

// A line that is never wider than `columns`: a longer one ends with "...". Control characters, of which any would leave
// the line, become '?'. Without colours.
std::string fitted(std::string_view text, std::size_t columns);

}  // namespace drift::cli
