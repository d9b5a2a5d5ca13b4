// LatePlaces: the actions that were appended to the queue when their group was replaced and grew, and where they are
// due: right behind the last row that the group had when it was queued. They are few, one for each action by which a
// group grew, so they are held in memory. For one thread at a time.
#pragma once

#include "journal/sqlite.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace drift::journal {

class LatePlaces {
 public:
  struct Late {
    std::uint64_t place = 0;
    std::uint64_t sequence = 0;
    friend bool operator<(const Late& a, const Late& b) noexcept {
      return a.place != b.place ? a.place < b.place : a.sequence < b.sequence;
    }
  };

  // Reads all rows. Throws Error unless they add up to the digest.
  LatePlaces(Database& database, std::uint64_t expected_digest);

  // Within a transaction. What it wrote is known here when committed() follows.
  void write(const Late& late, std::uint64_t& digest);
  void committed(std::span<const Late> written);
  // Forgets those up to a sequence. Within a transaction; they are known here until trimmed() follows.
  void trim(std::uint64_t last, std::uint64_t& digest);
  void trimmed(std::uint64_t last);

  [[nodiscard]] bool contains(std::uint64_t sequence) const { return by_sequence_.contains(sequence); }
  // Where an action is due: a late one at its place, any other one at its sequence.
  [[nodiscard]] std::uint64_t place_of(std::uint64_t sequence) const;
  // The first sequence from `first` on that is due elsewhere; `none` when there is none.
  static constexpr std::uint64_t none = UINT64_MAX;
  [[nodiscard]] std::uint64_t first_from(std::uint64_t first) const;
  // The first one with a place from `place` on, in the order in which they are due; then end().
  using Iterator = std::set<Late>::const_iterator;
  [[nodiscard]] Iterator from_place(std::uint64_t place) const { return by_place_.lower_bound({.place = place}); }
  [[nodiscard]] Iterator end() const { return by_place_.end(); }
  // Those of one place, in order.
  [[nodiscard]] std::vector<std::uint64_t> at(std::uint64_t place) const;

 private:
  void remember(const Late& late);

  Statement insert_;
  Statement trim_;
  std::set<Late> by_place_;
  std::map<std::uint64_t, std::uint64_t> by_sequence_;
};

}  // namespace drift::journal
