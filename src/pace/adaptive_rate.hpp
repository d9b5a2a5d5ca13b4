// AdaptiveRate: how fast something takes requests that does not say so. Nothing limits until it refuses one for the
// first time. Then: multiplicative decrease, from what got through lately and not from what was tried, at most once in
// a cut interval; increase by a small share a second while nothing is refused and the rate is used, which doubles the
// longer that lasts, so that a table that has grown, or is left alone again, is found out soon. Where too little got
// through to tell how much is taken, the rate doubles each second until something is refused again. For one thread.
#pragma once

#include "base/clock.hpp"
#include "pace/token_bucket.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace drift::pace {

// Tuned with bench/simulation_bench.
struct AdaptiveSettings {
  double first_cut = 0.7;  // of the throughput so far: the burst that made it possible is over
  double cut = 0.9;
  std::chrono::milliseconds cut_interval{200};
  double growth = 0.02;                             // of the rate, a second
  std::chrono::milliseconds growth_doubles{5'000};  // without a refusal: as often as that has passed, up to growth_max
  double growth_max = 1;
  // Of what it is known to take: what is begun with where too little got through to tell; and the least that is gone
  // down to, since refusals that do not become rarer with the rate do not come from it.
  double first_share = 0.5;
  double least_share = 0.05;
  // The same where nothing is known.
  double first_rate = 20;
  double least_rate = 1;
};

class AdaptiveRate {
 public:
  AdaptiveRate() : AdaptiveRate(AdaptiveSettings{}) {}
  explicit AdaptiveRate(const AdaptiveSettings& settings) : settings_(settings) {}

  // A request got through, and consumed so many units.
  void consumed(double units, base::SteadyTime now);
  // A request was refused for want of capacity. `known`: units a second that are known to be taken when nobody else
  // asks; 0: nothing is known.
  void refused(base::SteadyTime now, double known = 0);
  // What a request that leaves is thought to cost; negative: what is given back.
  void take(double units, base::SteadyTime now);

  // The first moment at which a request may leave; not after `now`: at once.
  [[nodiscard]] base::SteadyTime ready_at(base::SteadyTime now);
  // Whether anything was ever refused.
  [[nodiscard]] bool limits() const noexcept { return bucket_.has_value(); }
  // Units a second; 0: no limit.
  [[nodiscard]] double rate() const noexcept { return bucket_ ? bucket_->rate() : 0; }
  // Units a second that got through, over the last second.
  [[nodiscard]] double throughput(base::SteadyTime now) const noexcept;

 private:
  static constexpr std::chrono::milliseconds slot_time{100};
  static constexpr std::size_t slots = 10;
  using SlotNumber = std::int64_t;  // since the clock's epoch

  static SlotNumber slot_of(base::SteadyTime time) noexcept { return time.time_since_epoch() / slot_time; }
  void grow(base::SteadyTime now);
  void begin_anew(base::SteadyTime now);

  const AdaptiveSettings settings_;
  struct Slot {
    SlotNumber number = -1;
    double units = 0;
  };
  std::array<Slot, slots + 1> seen_{};  // the running one too
  std::optional<base::SteadyTime> first_seen_;
  std::optional<TokenBucket> bucket_;
  bool searching_ = false;  // the ceiling is a guess from below
  base::SteadyTime cut_at_{};
  base::SteadyTime grown_at_{};
  bool was_used_ = false;  // since then something had to wait
};

}  // namespace drift::pace
