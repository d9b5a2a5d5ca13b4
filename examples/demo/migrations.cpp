// See migrations.hpp.
#include "demo/migrations.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

namespace demo {

namespace {

using drift::Actions;
using drift::Attributes;
using drift::Item;
using drift::List;
using drift::Value;

constexpr const char* shelf = "Shelf";

// "4:33" is 273. What it throws is reported with the item's key, and nothing is applied.
int seconds_of(const std::string& length) {
  int minutes = 0;
  int seconds = 0;
  const char* const end = length.data() + length.size();
  const auto colon = std::from_chars(length.data(), end, minutes).ptr;
  if (colon == end || *colon != ':' || std::from_chars(colon + 1, end, seconds).ptr != end)
    throw std::runtime_error("no length of a track: " + length);
  return minutes * 60 + seconds;
}

std::string length_of(std::int64_t seconds) {
  const std::string rest = std::to_string(seconds % 60);
  return std::to_string(seconds / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

void restructure(const Item& album, Actions& actions) {
  if (album.contains("playing_time")) return;
  List tracks;
  int playing_time = 0;
  const Value old_tracks = album["tracks"];
  for (const Value& old : old_tracks.as_list()) {
    Attributes track = old.as_map();
    const int seconds = seconds_of(track.at("length").as_string());
    playing_time += seconds;
    track.erase("length");
    track["seconds"] = seconds;
    tracks.push_back(std::move(track));
  }
  actions.update({
      .expression = "SET artist = :artist, #year = :year, tracks = :tracks, playing_time = :playing_time, "
                    "ledger = ledger + :one "
                    "REMOVE artist_name, artist_country "
                    "ADD genres :catalogued",
      .values = {{":artist", Attributes{{"name", album["artist_name"]}, {"country", album["artist_country"]}}},
                 {":year", std::stoi(album["released"].as_string().substr(0, 4))},
                 {":tracks", tracks},
                 {":playing_time", playing_time},
                 {":one", 1},
                 {":catalogued", Value::string_set({"catalogued"})}},
      .names = {{"#year", "year"}},  // a reserved word
  });
}

void put_back(const Item& album, Actions& actions) {
  if (!album.contains("playing_time")) return;
  List tracks;
  const Value new_tracks = album["tracks"];
  for (const Value& changed : new_tracks.as_list()) {
    Attributes track = changed.as_map();
    track["length"] = length_of(track.at("seconds").as_int64());
    track.erase("seconds");
    tracks.push_back(std::move(track));
  }
  const Value artist = album["artist"];
  actions.update({
      .expression = "SET artist_name = :name, artist_country = :country, tracks = :tracks, ledger = ledger - :one "
                    "REMOVE artist, #year, playing_time "
                    "DELETE genres :catalogued",
      .values = {{":name", artist.as_map().at("name")},
                 {":country", artist.as_map().at("country")},
                 {":tracks", tracks},
                 {":one", 1},
                 {":catalogued", Value::string_set({"catalogued"})}},
      .names = {{"#year", "year"}},
  });
}

Attributes shelf_key(const Item& album) {
  const Value artist = album["artist"];
  return {{"artist", artist.as_map().at("name")},
          {"place", album["released"].as_string() + "#" + album["id"].as_string()}};
}

void put_on_shelf(const Item& album, Actions& actions) {
  if (album["withdrawn"].as_bool()) return;
  const Value prices = album["prices"];
  Attributes entry = shelf_key(album);
  entry["album"] = album["id"];
  entry["title"] = album["title"];
  entry["tracks"] = album["tracks"].as_list().size();
  entry["playing_time"] = album["playing_time"];
  entry["euros"] = prices.as_map().at("EUR");
  entry["cover"] = album["cover"];
  actions.insert(entry, shelf);
}

void take_off_shelf(const Item& album, Actions& actions) {
  if (!album["withdrawn"].as_bool()) actions.remove(shelf_key(album), shelf);
}

}  // namespace

drift::Migration restructure_albums() {
  return {.number = 1,
          .table = "Albums",
          .description = "artists as maps, lengths of tracks in seconds",
          .up = restructure,
          .down = put_back};
}

drift::Migration fill_shelf() {
  return {.number = 2,
          .table = "Albums",
          .description = "a shelf by artist and day",
          .up = put_on_shelf,
          .down = take_off_shelf};
}

}  // namespace demo
