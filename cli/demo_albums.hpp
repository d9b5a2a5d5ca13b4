// The table of `drift demo`: albums that are the same each time, the two migrations, and what each album must be
// afterwards.
#pragma once

#include <drift/value.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace drift::cli {

inline constexpr const char* demo_table = "Albums";
inline constexpr const char* demo_artists = "AlbumsByArtist";

// Number 0, 1, 2, ...: another mixture of attributes for each.
Attributes demo_album(std::size_t number);
// As the first migration must leave it: minutes for seconds, a decade.
Attributes demo_album_migrated(std::size_t number);
// Its copy in the second table, by the second migration; empty: it has none.
Attributes demo_album_by_artist(std::size_t number);

// Writes 00001_minutes_and_decade.lua and 00002_by_artist.lua.
void write_demo_migrations(const std::filesystem::path& directory);

}  // namespace drift::cli
