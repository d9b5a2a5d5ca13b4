// ScanPace: see the header.
#include "migrate/scan_pace.hpp"

#include "migrate/action_stream.hpp"
#include "migrate/refusal.hpp"

namespace drift::migrate {

namespace {

// A page is no more than the rate allows in this time, so that what is consumed stays even.
constexpr double page_seconds = 0.1;
constexpr std::chrono::milliseconds look_again{5};

}  // namespace

pace::Pacer::Table ScanPace::table() {
  if (!table_) table_ = run_.pace.table(run_.table->wire_name);
  return *table_;
}

bool ScanPace::may_read(std::uint32_t segment, double units) {
  if (run_.pace.paused() || (run_.stream && run_.stream->is_full())) return false;
  if (!run_.pace.affords(units, 0)) {
    // It may be writes that are under way, whose answers do not come here.
    if (!run_.pace.spending().reached()) read_on_at(run_.pace.now() + look_again);
    return false;
  }
  const base::SteadyTime now = run_.pace.now();
  const auto departure = reads_.next_departure(table(), segment, now);
  if (departure.at <= now) return true;
  read_on_at(departure.at);
  return false;
}

void ScanPace::read_on_at(base::SteadyTime moment) {
  if (timer_at_ && *timer_at_ <= moment) return;
  timer_at_ = moment;
  run_.core().loop().after(moment - run_.pace.now(), [weak = weak_from_this(), moment] {
    const auto self = weak.lock();
    if (!self) return;
    if (self->timer_at_ == moment) self->timer_at_.reset();
    if (const auto scanner = self->scanner_.lock()) scanner->read_on();
  });
}

std::optional<double> ScanPace::units_max() const {
  if (!table_) return std::nullopt;
  const double rate = reads_.rate(*table_);
  if (rate <= 0) return std::nullopt;
  return rate * page_seconds;
}

double ScanPace::asked(std::uint32_t segment, double units) {
  return reads_.depart(table(), segment, run_.pace.now(), units);
}

void ScanPace::came(std::uint32_t segment, double taken, double units) {
  run_.counters.read_units += units;
  reads_.answered(table(), segment, taken, {.units = units}, run_.pace.now());
}

void ScanPace::refused(std::uint32_t segment, double taken, const client::CallResult& result) {
  reads_.refused(table(), segment, taken, refusal_of(result), run_.pace.now());
}

void ScanPace::ended(std::uint32_t segment, double taken) { reads_.ended(table(), segment, taken, run_.pace.now()); }

}  // namespace drift::migrate
