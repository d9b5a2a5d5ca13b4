// The forms of an album as an item: see catalogue.hpp.
#include "demo/catalogue.hpp"

#include <algorithm>

namespace demo {

namespace {

using drift::Attributes;
using drift::List;
using drift::Number;
using drift::Value;

std::string length_text(int seconds) {
  const std::string rest = std::to_string(seconds % 60);
  return std::to_string(seconds / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

int playing_time(const Album& album) {
  int seconds = 0;
  for (const Track& track : album.tracks) seconds += track.seconds;
  return seconds;
}

// What migration 1 does not touch.
Attributes common_attributes(const Album& album) {
  Attributes item{
      {"id", album.id},
      {"title", album.title},
      {"released", album.released},
      {"prices", Attributes{{"EUR", Number::parse(album.euros)}, {"JPY", Number::parse(album.yen)}}},
      {"cover", Value::binary(album.cover)},
      {"fingerprints", Value::binary_set(album.fingerprints)},
      {"withdrawn", album.withdrawn},
  };
  item["label"] = album.label.empty() ? Value(nullptr) : Value(album.label);
  List runs;
  for (const int copies : album.pressings) runs.push_back(Attributes{{"copies", copies}, {"faults", List{}}});
  item["pressing"] = Attributes{{"plant", Attributes{{"city", album.plant}, {"line", nullptr}}}, {"runs", runs}};
  if (!album.chart_positions.empty()) {
    std::vector<Number> positions;
    for (const std::string& position : album.chart_positions) positions.push_back(Number::parse(position));
    item["chart_positions"] = Value::number_set(positions);
  }
  return item;
}

}  // namespace

Attributes original_item(const Album& album) {
  Attributes item = common_attributes(album);
  item["artist_name"] = album.artist;
  item["artist_country"] = album.country;
  item["genres"] = Value::string_set(album.genres);
  item["ledger"] = Number::parse(album.ledger);
  List tracks;
  for (const Track& track : album.tracks) {
    Attributes entry{{"title", track.title}, {"length", length_text(track.seconds)}};
    if (track.live) entry["live"] = true;
    tracks.push_back(std::move(entry));
  }
  item["tracks"] = std::move(tracks);
  return item;
}

Attributes migrated_item(const Album& album) {
  Attributes item = common_attributes(album);
  item["artist"] = Attributes{{"name", album.artist}, {"country", album.country}};
  item["year"] = std::stoi(album.released.substr(0, 4));
  item["playing_time"] = playing_time(album);
  std::vector<std::string> genres = album.genres;
  genres.emplace_back("catalogued");
  item["genres"] = Value::string_set(std::move(genres));
  std::string ledger = album.ledger;  // one more, digit by digit: its last one is never a nine
  ++ledger.back();
  item["ledger"] = Number::parse(ledger);
  List tracks;
  for (const Track& track : album.tracks) {
    Attributes entry{{"title", track.title}, {"seconds", track.seconds}};
    if (track.live) entry["live"] = true;
    tracks.push_back(std::move(entry));
  }
  item["tracks"] = std::move(tracks);
  return item;
}

std::optional<Attributes> shelf_item(const Album& album) {
  if (album.withdrawn) return std::nullopt;
  return Attributes{{"artist", album.artist},
                    {"place", album.released + "#" + album.id},
                    {"album", album.id},
                    {"title", album.title},
                    {"tracks", album.tracks.size()},
                    {"playing_time", playing_time(album)},
                    {"euros", Number::parse(album.euros)},
                    {"cover", Value::binary(album.cover)}};
}

}  // namespace demo
