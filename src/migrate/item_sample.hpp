// ItemSample: of the queue's actions, as they are read in its order, those of the first items (RunOptions::items_max).
// For one thread at a time.
#pragma once

#include "journal/records.hpp"

#include <drift/value.hpp>

#include <cstdint>
#include <vector>

namespace drift::migrate {

class ItemSample {
 public:
  // 0: all items.
  explicit ItemSample(std::uint64_t items_max) noexcept : items_max_(items_max) {}

  // Takes out of what was read what is of further items. True iff there was some: nothing more is to be read.
  bool cut(std::vector<journal::ActionRecord>& actions);

  // The items' keys, in the order of the queue; none where there is no limit.
  [[nodiscard]] const std::vector<Attributes>& items() const noexcept { return items_; }
  [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

 private:
  const std::uint64_t items_max_;
  std::uint64_t last_group_ = 0;
  std::vector<Attributes> items_ = {};
  bool is_cut_ = false;
};

}  // namespace drift::migrate
