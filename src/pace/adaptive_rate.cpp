// AdaptiveRate: see the header.
#include "pace/adaptive_rate.hpp"

#include <algorithm>
#include <numbers>

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

double AdaptiveRate::throughput(base::SteadyTime now) const noexcept {
  return throughput(now - slot_time * static_cast<std::int64_t>(slots), now);
}

// Over whole slots; the one that runs counts for the time that has passed of it.
double AdaptiveRate::throughput(base::SteadyTime since, base::SteadyTime now) const noexcept {
  if (!first_seen_) return 0;
  const base::SteadyTime begin = std::max({since, *first_seen_, now - slot_time * static_cast<std::int64_t>(slots)});
  const SlotNumber first = slot_of(begin);
  const SlotNumber last = slot_of(now);
  double units = 0;
  for (const Slot& slot : seen_) {
    if (slot.number >= first && slot.number <= last) units += slot.units;
  }
  const base::SteadyTime slots_begin{slot_time * first};
  const double time = std::max(seconds(now - std::max(slots_begin, *first_seen_)), seconds(slot_time) / 2);
  return units / time;
}

void AdaptiveRate::refused(base::SteadyTime now, double otherwise) {
  last_refusal_ = now;
  if (!bucket_) {
    const double seen = throughput(now);
    ceiling_ = std::max(seen > 0 ? seen : otherwise, settings_.rate_min);
    bucket_.emplace(std::max(ceiling_ * settings_.first_cut, settings_.rate_min), now);
    bucket_->take(bucket_->rate() * TokenBucket::kept_seconds, now);  // empty
    searching_ = !first_seen_ || now - *first_seen_ < slot_time * static_cast<std::int64_t>(slots);
    cut_at_ = grown_at_ = now;
    return;
  }
  if (now - cut_at_ < settings_.cut_interval) return;
  // What was tried and refused says nothing; where all is refused, down by steps.
  const double seen = throughput(cut_at_, now);
  const double through = std::max(seen, bucket_->rate() / 4);
  searching_ = seen < through;
  ceiling_ = std::max(std::min(bucket_->rate(), through), settings_.rate_min);
  bucket_->set_rate(std::max(ceiling_ * settings_.cut, settings_.rate_min), now);
  cut_at_ = grown_at_ = now;
}

void AdaptiveRate::grow(base::SteadyTime now) {
  const auto passed = now - grown_at_;
  if (passed < slot_time) return;
  grown_at_ = now;
  // A rate that is not used is not known to be too low.
  if (throughput(now) < bucket_->rate() / 2) return;
  const double steep = std::max(1.0, seconds(now - cut_at_) / seconds(settings_.steeper_after));
  const double a_second = searching_ ? bucket_->rate() * std::numbers::ln2 : ceiling_ * settings_.growth * steep;
  bucket_->set_rate(bucket_->rate() + a_second * std::min(seconds(passed), 1.0), now);
}

void AdaptiveRate::take(double units, base::SteadyTime now) {
  if (bucket_) bucket_->take(units, now);
}

base::SteadyTime AdaptiveRate::ready_at(base::SteadyTime now) {
  if (!bucket_) return now;
  grow(now);
  return bucket_->ready_at(now);
}

}  // namespace drift::pace
