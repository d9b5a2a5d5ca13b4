// How an album is made: see catalogue.hpp. The forms that it takes as an item are in album_items.cpp.
#include "demo/catalogue.hpp"

#include "demo/vocabulary.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace demo {

namespace {

constexpr std::string_view id_prefix = "album-";

// SplitMix64: numbers that look random, from a seed; the standard's distributions differ between libraries.
class Dice {
 public:
  // The seed is mixed first: neighbouring seeds would give the same numbers, one place apart.
  explicit Dice(std::uint64_t seed) : state_(seed) { state_ = next(); }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }
  int between(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }
  bool one_in(int chances) { return between(1, chances) == 1; }
  template <typename Words>
  std::string pick(const Words& words) {
    return std::string(words[next() % words.size()]);
  }

 private:
  std::uint64_t state_;
};

std::string title_from(Dice& dice, const Language& language) {
  const auto first = static_cast<std::size_t>(dice.between(0, 9));
  const auto second = (first + static_cast<std::size_t>(dice.between(1, 9))) % language.nouns.size();
  return std::string(language.nouns[first]).append(language.conjunction).append(language.nouns[second]);
}

std::string artist_from(Dice& dice, const Language& language) {
  const std::string given = dice.pick(language.given_names);
  const std::string family = dice.pick(language.family_names);
  return language.family_first ? family + given : given + " " + family;
}

std::string date_from(Dice& dice) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", dice.between(1951, 2024), dice.between(1, 12),
                dice.between(1, 28));
  return text;
}

std::vector<std::string> genres_from(Dice& dice) {
  std::vector<std::string> chosen;
  const int count = dice.between(1, 3);
  for (int i = 0; i < count; ++i) {
    std::string genre = dice.pick(genres());
    if (std::find(chosen.begin(), chosen.end(), genre) == chosen.end()) chosen.push_back(std::move(genre));
  }
  return chosen;
}

// Distinct, and some with half places, for charts that have them.
std::vector<std::string> chart_positions_from(Dice& dice) {
  std::vector<std::string> positions;
  int position = 0;
  for (int charts = dice.between(0, 4); charts > 0; --charts) {
    position += dice.between(1, 40);
    positions.push_back(std::to_string(position) + (dice.one_in(4) ? ".5" : ""));
  }
  return positions;
}

drift::Bytes bytes_from(Dice& dice, std::size_t count) {
  drift::Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(dice.between(0, 255));
  return bytes;
}

// Neither first nor last digit is such that one more or one less has another number of digits.
std::string ledger_from(Dice& dice) {
  std::string digits(38, '0');
  for (char& digit : digits) digit = static_cast<char>('0' + dice.between(0, 9));
  digits.front() = static_cast<char>('0' + dice.between(1, 9));
  digits.back() = static_cast<char>('0' + dice.between(1, 8));
  return digits;
}

}  // namespace

Album make_album(std::size_t number) {
  Dice dice(number + 1);
  const Language& language = languages()[dice.next() % languages().size()];
  Album album;
  char id[32];
  std::snprintf(id, sizeof id, "%s%06zu", id_prefix.data(), number);
  album.id = id;
  album.title = title_from(dice, language);
  album.artist = artist_from(dice, language);
  album.country = language.country;
  album.released = date_from(dice);
  for (int left = dice.between(3, 9); left > 0; --left) {
    std::string title = title_from(dice, language);
    const int seconds = dice.between(61, 599);
    album.tracks.push_back({.title = std::move(title), .seconds = seconds, .live = dice.one_in(8)});
  }
  album.genres = genres_from(dice);
  album.chart_positions = chart_positions_from(dice);
  album.euros = std::to_string(dice.between(4, 39)) + (dice.one_in(2) ? ".95" : ".49");
  album.yen = std::to_string(dice.between(500, 6500));
  album.cover = bytes_from(dice, 48);
  album.fingerprints = {bytes_from(dice, 8), bytes_from(dice, 8)};
  album.ledger = ledger_from(dice);
  if (!dice.one_in(5)) album.label = dice.pick(language.nouns) + " Records";
  album.plant = dice.pick(cities());
  for (int runs = dice.between(1, 3); runs > 0; --runs) album.pressings.push_back(dice.between(1, 50) * 100);
  album.withdrawn = dice.one_in(16);
  return album;
}

std::optional<std::size_t> number_of(std::string_view id) {
  if (!id.starts_with(id_prefix)) return std::nullopt;
  id.remove_prefix(id_prefix.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return number;
}

std::size_t find_album(std::string_view country, std::size_t number) {
  while (make_album(number).country != country) ++number;
  return number;
}

}  // namespace demo
