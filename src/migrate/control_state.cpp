// ControlState: see the header.
#include "migrate/control_state.hpp"

#include <utility>

namespace drift::migrate {

void ControlState::change(const std::function<void(Values&)>& how) {
  {
    const std::scoped_lock lock(mutex_);
    how(values_);
  }
  const std::scoped_lock lock(listeners_mutex_);
  for (const auto& [id, changed] : listeners_) changed();
}

ControlState::Values ControlState::values() const {
  const std::scoped_lock lock(mutex_);
  return values_;
}

ControlState::Listener::Listener(ControlState& state, std::function<void()> changed) : state_(state) {
  const std::scoped_lock lock(state_.listeners_mutex_);
  id_ = ++state_.last_listener_;
  state_.listeners_.emplace(id_, std::move(changed));
}

ControlState::Listener::~Listener() {
  const std::scoped_lock lock(state_.listeners_mutex_);
  state_.listeners_.erase(id_);
}

}  // namespace drift::migrate
