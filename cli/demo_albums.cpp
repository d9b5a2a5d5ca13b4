// The demo's albums: see the header.
#include "cli/demo_albums.hpp"

#include <drift/error.hpp>

#include <array>
#include <fstream>
#include <string_view>

namespace drift::cli {

namespace {

constexpr std::string_view minutes_and_decade =
    R"(-- Every album gets its decade, and its length in minutes: a decimal that is exact.
return {
  table = "Albums",
  description = "minutes for seconds, a decade",
  up = function(album, actions)
    actions:update("SET decade = :d, minutes = :m REMOVE seconds",
                   { d = album.year // 10 * 10, m = drift.div(album.seconds, 60, 2) })
  end,
}
)";

constexpr std::string_view by_artist = R"(-- A second table, for the albums whose artist is known.
return {
  table = "Albums",
  description = "a table by artist",
  up = function(album, actions)
    if not album.artist then return end
    actions:put({ artist = album.artist, title = album.title, album = album.id }, "AlbumsByArtist")
  end,
  down = function(album, actions)
    if not album.artist then return end
    actions:remove({ artist = album.artist, title = album.title }, "AlbumsByArtist")
  end,
}
)";

constexpr std::array<std::string_view, 8> artists{"The Moraines", "Nadia Vale",   "Low Tide Radio", "Kettle & Crane",
                                                  "Oskar Brandt", "Paper Harbor", "June Alder",     "The Night Ferry"};
constexpr std::array<std::string_view, 5> words{"Blue", "Distant", "Paper", "Northern", "Second"};
constexpr std::array<std::string_view, 5> things{"Rooms", "Weather", "Letters", "Harbors", "Summers"};

std::size_t year_of(std::size_t number) { return 1950 + number * 7 % 75; }
std::size_t seconds_of(std::size_t number) { return 1'200 + number * 37 % 2'400; }

std::string title_of(std::size_t number) {
  return std::string(words.at(number % words.size())) + " " +
         std::string(things.at(number / words.size() % things.size())) + " " + std::to_string(number);
}

bool has_artist(std::size_t number) { return number % 10 != 3; }
std::string artist_of(std::size_t number) { return std::string(artists.at(number * 5 % artists.size())); }

// Seconds as minutes with two places, halves away from zero.
Number minutes_of(std::size_t seconds) {
  const std::size_t hundredths = (seconds * 100 + 30) / 60;
  return Number::parse(std::to_string(hundredths / 100) + "." + (hundredths % 100 < 10 ? "0" : "") +
                       std::to_string(hundredths % 100));
}

}  // namespace

Attributes demo_album(std::size_t number) {
  Attributes album{
      {"id", number}, {"title", title_of(number)}, {"year", year_of(number)}, {"seconds", seconds_of(number)}};
  if (has_artist(number)) album.emplace("artist", artist_of(number));
  if (number % 3 == 0) album.emplace("notes", nullptr);
  if (number % 4 == 0) album.emplace("tracks", List{"Intro", number, List{}});
  return album;
}

Attributes demo_album_migrated(std::size_t number) {
  Attributes album = demo_album(number);
  album.erase("seconds");
  album.emplace("minutes", minutes_of(seconds_of(number)));
  album.emplace("decade", year_of(number) / 10 * 10);
  return album;
}

Attributes demo_album_by_artist(std::size_t number) {
  if (!has_artist(number)) return {};
  return {{"artist", artist_of(number)}, {"title", title_of(number)}, {"album", number}};
}

void write_demo_migrations(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream out(directory / name, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw Error("ConfigError", (directory / name).string() + " could not be written");
  };
  write("00001_minutes_and_decade.lua", minutes_and_decade);
  write("00002_by_artist.lua", by_artist);
}

}  // namespace drift::cli
