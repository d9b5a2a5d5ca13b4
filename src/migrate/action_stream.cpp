// ActionStream: see the header.
#include "migrate/action_stream.hpp"

#include <utility>

namespace drift::migrate {

void ActionStream::append(std::size_t actions, std::size_t bytes) {
  loop_.post([self = shared_from_this(), actions, bytes] {
    self->unread_ = true;
    self->ahead_actions_ += static_cast<std::int64_t>(actions);
    self->ahead_bytes_ += static_cast<std::int64_t>(bytes);
    if (self->more_) self->more_();
  });
}

void ActionStream::end() {
  loop_.post([self = shared_from_this()] {
    self->ended_ = true;
    if (self->more_) self->more_();
  });
}

void ActionStream::on_more(std::function<void()> more) {
  loop_.post([self = shared_from_this(), more = std::move(more)] { self->more_ = more; });
}

void ActionStream::on_room(std::function<void()> room) {
  loop_.post([self = shared_from_this(), room = std::move(room)] { self->room_ = room; });
}

bool ActionStream::is_full() const noexcept {
  return behind_ || ahead_actions_ >= ahead_actions_max || ahead_bytes_ >= ahead_bytes_max;
}

void ActionStream::begin_read() noexcept {
  unread_ = false;
  ended_before_read_ = ended_;
}

// With nothing left to read the applier has caught up, whatever was there before.
bool ActionStream::end_read(std::span<const journal::ActionRecord> actions) {
  const bool was_full = is_full();
  if (actions.empty()) {
    behind_ = false;
  } else {
    unread_ = true;  // a reading has an end: there may be more behind it
    if (!behind_) {
      ahead_actions_ -= static_cast<std::int64_t>(actions.size());
      for (const journal::ActionRecord& action : actions) ahead_bytes_ -= static_cast<std::int64_t>(action.bytes());
    }
  }
  if (was_full && !is_full() && room_) room_();
  return actions.empty() && ended_before_read_;
}

}  // namespace drift::migrate
