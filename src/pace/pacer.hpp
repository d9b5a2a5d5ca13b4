// Pacer: when a request may leave, for one direction (reads or writes) of one run. For each table, each of its indexes
// and each key range there is a rate: the one that was given, and one that is found out from what is refused. What a
// request costs is taken as an estimate when it leaves and put right by its answer. For one thread, the loop's.
#pragma once

#include "base/clock.hpp"
#include "pace/adaptive_rate.hpp"
#include "pace/token_bucket.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace drift::pace {

// What a table and each of its global indexes take a second, as far as is known: the measure of a share.
struct TableCapacity {
  std::string name = {};
  double units = 0;
  std::vector<std::pair<std::string, double>> indexes = {};
};

// The rate that was given.
struct GivenRate {
  enum class Kind : std::uint8_t { none, units, share };
  Kind kind = Kind::none;
  double value = 0;
};

// What an answer says was consumed.
struct Consumed {
  double units = 0;                                          // indexes included
  std::vector<std::pair<std::string, double>> indexes = {};  // of global indexes, where there are any
};

// Of what a refusal said that there is not enough.
struct Refusal {
  enum class Scope : std::uint8_t { table, index, key_range, account };
  Scope scope = Scope::table;
  std::string index = {};
};

class Pacer {
 public:
  using Table = std::size_t;
  using Range = std::uint64_t;

  // `units`: what people call them, "RCU" or "WCU". `estimate`: what the first requests are thought to cost.
  Pacer(std::string units, double estimate);

  Table add_table(TableCapacity capacity, base::SteadyTime now);
  void set_rate(GivenRate rate, base::SteadyTime now);

  struct Departure {
    base::SteadyTime at = {};  // not after now: at once
    bool whole_table = false;  // until then nothing may leave for any range of it
  };
  Departure next_departure(Table table, Range range, base::SteadyTime now);
  // A request leaves. Gives the estimate that was taken, or `estimate` where the caller knows better; to be handed back
  // with the answer.
  double depart(Table table, Range range, base::SteadyTime now, std::optional<double> estimate = {});
  // It was answered: it got through, was refused, or ended without anything consumed that is known. What was refused
  // is given back to all but what refused it.
  void answered(Table table, Range range, double taken, const Consumed& consumed, base::SteadyTime now);
  void refused(Table table, Range range, double taken, const Refusal& refusal, base::SteadyTime now);
  void ended(Table table, Range range, double taken, base::SteadyTime now);

  // What the next request of the table is thought to cost.
  [[nodiscard]] double estimate(Table table) const { return tables_[table].estimate; }
  // Units a second for the table, as given or found out, whichever is less; 0: no limit.
  [[nodiscard]] double rate(Table table) const;
  // The estimates of what is under way.
  [[nodiscard]] double under_way() const noexcept { return under_way_; }
  [[nodiscard]] std::size_t requests_under_way() const noexcept { return requests_under_way_; }

  struct Standing {
    enum class Kind : std::uint8_t { free, given, refused };
    Kind kind = Kind::free;
    std::string reason = {};  // in words
  };
  // What held requests back within the last second.
  [[nodiscard]] Standing standing(base::SteadyTime now) const;

 private:
  struct Resource {
    double capacity = 0;
    std::optional<TokenBucket> given = {};
    AdaptiveRate adaptive = {};
  };
  struct Index {
    std::string name;
    Resource resource;
  };
  struct TableState {
    std::string name;
    Resource resource;
    std::vector<Index> indexes = {};
    std::unordered_map<Range, AdaptiveRate> ranges = {};
    double estimate = 0;
  };
  // What held a request back last.
  struct Hold {
    Standing::Kind kind = Standing::Kind::free;
    Refusal::Scope scope = Refusal::Scope::table;
    Table table = 0;
    std::size_t index = 0;
    double rate = 0;
    base::SteadyTime at = {};
  };

  void give(Resource& resource, double share_of, base::SteadyTime now) const;
  // Moves `departure` to where the resource is ready, and notes what holds.
  void hold(Departure& departure, base::SteadyTime ready, Hold what, base::SteadyTime now);
  void hold_table(Departure& departure, Table table, base::SteadyTime now);
  static AdaptiveRate& rate_of(TableState& table, Range range);
  void take(TableState& table, Range range, double units, base::SteadyTime now);
  // What a refusal was about, and what that is known to take.
  struct Refusing {
    AdaptiveRate& rate;
    double known;
  };
  Refusing refusing(TableState& table, Range range, const Refusal& refusal);
  void came_back(double taken) noexcept;
  [[nodiscard]] std::string rate_text(double rate) const;

  const std::string units_;
  const double first_estimate_;
  GivenRate rate_;
  std::vector<TableState> tables_;
  Resource account_;
  double under_way_ = 0;
  std::size_t requests_under_way_ = 0;
  Hold hold_;
};

}  // namespace drift::pace
