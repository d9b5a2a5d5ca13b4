// The catalogue: what the demo's tables have to hold, made from nothing but an album's number. An album is generated
// once as a plain struct, and written as an item in each of the forms that it takes: so what a migration must lead to
// is known without any of the migration's code, and every item can be checked, at any number of items, in flat memory.
//
// Pure functions: the same number gives the same album on every machine.
#pragma once

#include <drift/drift.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

inline constexpr const char* albums_table = "Albums";  // key: id (S)
inline constexpr const char* shelf_table = "Shelf";    // key: artist (S), place (S)

struct Track {
  std::string title = {};
  int seconds = 0;
  bool live = false;
};

struct Album {
  std::string id = {};  // "album-000042"
  std::string title = {};
  std::string artist = {};
  std::string country = {};
  std::string released = {};  // "1997-05-21"
  std::vector<Track> tracks = {};
  std::vector<std::string> genres = {};
  std::vector<std::string> chart_positions = {};  // numbers as text; empty: was in no chart
  std::string euros = {};                         // "12.95"
  std::string yen = {};
  drift::Bytes cover = {};
  std::vector<drift::Bytes> fingerprints = {};
  std::string ledger = {};  // a number of 38 digits
  std::string label = {};   // empty: unknown
  std::string plant = {};
  std::vector<int> pressings = {};
  bool withdrawn = false;
};

Album make_album(std::size_t number);
// The number of the album with this id; an empty optional when it is none of the catalogue's.
std::optional<std::size_t> number_of(std::string_view id);
// The first album from `number` on whose artist is from this country.
std::size_t find_album(std::string_view country, std::size_t number);

// The item in Albums as it is filled in, and as migration 1 has to leave it.
drift::Attributes original_item(const Album& album);
drift::Attributes migrated_item(const Album& album);
// The item in Shelf that migration 2 has to write; none for an album that was withdrawn.
std::optional<drift::Attributes> shelf_item(const Album& album);

}  // namespace demo
