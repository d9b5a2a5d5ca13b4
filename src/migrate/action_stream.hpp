// ActionStream: between a scan and an applier that go on at the same time (Apply::streaming): whether the queue has
// actions that the applier has not read, whether more will come, and whether the scan is so far ahead that it has to
// wait. Belongs to the loop where nothing else is said.
#pragma once

#include "base/loop.hpp"
#include "journal/records.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace drift::migrate {

class ActionStream : public std::enable_shared_from_this<ActionStream> {
 public:
  // How much of the queue may wait for the applier: what a run leaves on the disk at most.
  static constexpr std::int64_t ahead_actions_max = 50'000;
  static constexpr std::int64_t ahead_bytes_max = std::int64_t{64} << 20;

  // `behind`: the queue has actions that were there before, so the scan waits until the applier has caught up.
  ActionStream(base::Loop& loop, bool behind) : loop_(loop), behind_(behind) {}

  // From any thread: so much is in the queue, durably; nothing more will be.
  void append(std::size_t actions, std::size_t bytes);
  void end();
  // From any thread: what is called, on the loop, when there may be something to read; and when there is room again.
  void on_more(std::function<void()> more);
  void on_room(std::function<void()> room);

  // For the scan: whether it has to wait.
  [[nodiscard]] bool is_full() const noexcept;

  // For the applier: whether it is worth while to read the queue.
  [[nodiscard]] bool has_more() const noexcept { return unread_ || ended_; }
  // It begins to read; and what it got. True when that was nothing and nothing will come.
  void begin_read() noexcept;
  bool end_read(std::span<const journal::ActionRecord> actions);

 private:
  base::Loop& loop_;
  std::function<void()> more_;
  std::function<void()> room_;
  bool behind_;
  bool ended_ = false;
  bool unread_ = true;  // there may be something, as far as is known
  bool ended_before_read_ = false;
  // Appended and not read. What is read may be known before it is known to be appended: negative.
  std::int64_t ahead_actions_ = 0;
  std::int64_t ahead_bytes_ = 0;
};

}  // namespace drift::migrate
