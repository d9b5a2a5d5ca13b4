#include "journal/late_places.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

namespace drift::journal {
namespace {

std::uint64_t digest_of(const LatePlaces::Late& late) noexcept { return mix(mix(late.sequence) + late.place); }

}  // namespace

LatePlaces::LatePlaces(Database& database, std::uint64_t expected_digest)
    : insert_(database, "INSERT INTO late(sequence, place) VALUES(?, ?)"),
      trim_(database, "DELETE FROM late WHERE sequence <= ?") {
  std::uint64_t digest = 0;
  Statement rows(database, "SELECT sequence, place FROM late");
  while (rows.step()) {
    const Late late{.place = rows.natural(1), .sequence = rows.natural(0)};
    digest += digest_of(late);
    remember(late);
  }
  if (digest != expected_digest) {
    throw damaged(database.file(), "the places of its late actions are not as they were written");
  }
}

void LatePlaces::remember(const Late& late) {
  by_place_.insert(late);
  by_sequence_.emplace(late.sequence, late.place);
}

void LatePlaces::write(const Late& late, std::uint64_t& digest) {
  insert_.bind(1, static_cast<std::int64_t>(late.sequence));
  insert_.bind(2, static_cast<std::int64_t>(late.place));
  insert_.run();
  digest += digest_of(late);
}

void LatePlaces::committed(std::span<const Late> written) {
  for (const Late& late : written) {
    remember(late);
  }
}

void LatePlaces::trim(std::uint64_t last, std::uint64_t& digest) {
  for (auto late = by_sequence_.begin(); late != by_sequence_.upper_bound(last); ++late) {
    digest -= digest_of({.place = late->second, .sequence = late->first});
  }
  trim_.bind(1, static_cast<std::int64_t>(last));
  trim_.run();
}

void LatePlaces::trimmed(std::uint64_t last) {
  const auto end = by_sequence_.upper_bound(last);
  for (auto late = by_sequence_.begin(); late != end; ++late) {
    by_place_.erase({.place = late->second, .sequence = late->first});
  }
  by_sequence_.erase(by_sequence_.begin(), end);
}

std::uint64_t LatePlaces::place_of(std::uint64_t sequence) const {
  const auto found = by_sequence_.find(sequence);
  return found == by_sequence_.end() ? sequence : found->second;
}

std::uint64_t LatePlaces::first_from(std::uint64_t first) const {
  const auto found = by_sequence_.lower_bound(first);
  return found == by_sequence_.end() ? none : found->first;
}

std::vector<std::uint64_t> LatePlaces::at(std::uint64_t place) const {
  std::vector<std::uint64_t> result;
  for (auto late = from_place(place); late != end() && late->place == place; ++late) {
    result.push_back(late->sequence);
  }
  return result;
}

}  // namespace drift::journal
