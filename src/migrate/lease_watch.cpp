// LeaseWatch: see the header.
#include "migrate/lease_watch.hpp"

#include <utility>

namespace drift::migrate {

void LeaseWatch::see(std::optional<LeaseRow> row) {
  const bool is_same = seen_ && row.has_value() == row_.has_value() && (!row || row->is_as(*row_));
  // The answer's time and not the question's: the owner's last renewal was sent before it.
  if (!is_same) since_ = clock_->boot();
  changed_ = changed_ || (seen_ && !is_same);
  seen_ = true;
  row_ = std::move(row);
  life_ = row_ ? life_of(row_->owner) : Life::unknown;
}

bool LeaseWatch::is_free() const {
  return !row_ || row_->lease.released || life_ == Life::ended || unchanged_for() >= lease_;
}

base::BootTime LeaseWatch::unchanged_for() const { return clock_->boot() - since_; }

}  // namespace drift::migrate
