// CallbackSlots: how many callbacks run at once where two parts of a run call back at the same time: a scan, and an
// applier that calls again what a live writer was before. For several threads at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

namespace drift::migrate {

class CallbackSlots {
 public:
  // `most`: how many there are at this moment, at least 1; asked whenever one is wanted.
  explicit CallbackSlots(std::function<std::size_t()> most) : most_(std::move(most)) {}

  // Given back when it goes.
  class Slot {
   public:
    explicit Slot(CallbackSlots& slots) : slots_(&slots) {}
    ~Slot() { slots_->give_back(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    CallbackSlots* slots_;
  };
  // Waits until there is one.
  Slot take();

 private:
  void give_back();

  const std::function<std::size_t()> most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
};

}  // namespace drift::migrate
