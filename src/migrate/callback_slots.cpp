// CallbackSlots: see the header. Where `most` grows, who waits hears of it with the next slot that is given back.
#include "migrate/callback_slots.hpp"

namespace drift::migrate {

CallbackSlots::Slot CallbackSlots::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return taken_ < most_(); });
  ++taken_;
  return Slot(*this);
}

void CallbackSlots::give_back() {
  {
    const std::scoped_lock lock(mutex_);
    --taken_;
  }
  changed_.notify_all();
}

}  // namespace drift::migrate
