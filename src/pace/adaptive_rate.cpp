// AdaptiveRate: see the header.
#include "pace/adaptive_rate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace drift::pace {

namespace {

double seconds(base::SteadyTime::duration time) noexcept { return std::chrono::duration<double>(time).count(); }

}  // namespace

void AdaptiveRate::consumed(double units, base::SteadyTime now) {
  if (!first_seen_) first_seen_ = now;
  const SlotNumber number = slot_of(now);
  Slot& slot = seen_[static_cast<std::size_t>(number) % seen_.size()];
  if (slot.number != number) slot = {.number = number};
  slot.units += units;
}

// Over the last second, or less where it was begun anew since.
double AdaptiveRate::throughput(base::SteadyTime now) const noexcept {
  if (!first_seen_) return 0;
  const SlotNumber last = slot_of(now);
  const SlotNumber first = std::max(last - static_cast<SlotNumber>(slots), slot_of(*first_seen_));
  double units = 0;
  for (const Slot& slot : seen_) {
    if (slot.number >= first && slot.number <= last) units += slot.units;
  }
  const base::SteadyTime begin = std::max(base::SteadyTime{slot_time * first}, *first_seen_);
  return units / std::max(seconds(now - begin), seconds(slot_time) / 2);
}

void AdaptiveRate::refused(base::SteadyTime now, double known) {
  if (!bucket_) {
    searching_ = !first_seen_ || now - *first_seen_ < slot_time * static_cast<std::int64_t>(slots);
    // What got through in less than a second is one burst of requests that happened to go together.
    const double seen = throughput(now);
    const double guess = known > 0 ? known * settings_.first_share : std::max(seen, settings_.first_rate);
    const double ceiling = std::max(searching_ ? guess : seen, settings_.least_rate);
    bucket_.emplace(ceiling * settings_.first_cut, now);
    return begin_anew(now);
  }
  if (now - cut_at_ < settings_.cut_interval) return;
  // What was tried and refused says nothing; where nearly all is refused, down by steps.
  const double seen = throughput(now);
  const double ceiling = std::min(std::max(seen, bucket_->rate() / 4), bucket_->rate());
  searching_ = seen < ceiling;
  const double least = std::max(known * settings_.least_share, settings_.least_rate);
  bucket_->set_rate(std::max(ceiling * settings_.cut, least), now);
  begin_anew(now);
}

// What got through before a cut says nothing of what does afterwards.
void AdaptiveRate::begin_anew(base::SteadyTime now) {
  cut_at_ = grown_at_ = now;
  was_used_ = false;
  seen_ = {};
  first_seen_ = now;
}

void AdaptiveRate::grow(base::SteadyTime now) {
  const auto passed = now - grown_at_;
  if (passed < slot_time) return;
  grown_at_ = now;
  // A rate that is not used is not known to be too low.
  if (!std::exchange(was_used_, false)) return;
  const double doublings = std::floor(seconds(now - cut_at_) / seconds(settings_.growth_doubles));
  const double growth =
      searching_ ? settings_.growth_max : std::min(settings_.growth * std::exp2(doublings), settings_.growth_max);
  bucket_->set_rate(bucket_->rate() * std::exp2(growth * std::min(seconds(passed), 1.0)), now);
}

void AdaptiveRate::take(double units, base::SteadyTime now) {
  if (bucket_) bucket_->take(units, now);
}

base::SteadyTime AdaptiveRate::ready_at(base::SteadyTime now) {
  if (!bucket_) return now;
  grow(now);
  const base::SteadyTime ready = bucket_->ready_at(now);
  was_used_ = was_used_ || ready > now;
  return ready;
}

}  // namespace drift::pace
