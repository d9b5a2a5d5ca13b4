// ActionQueue: the rows of queued actions, in the order of their sequence, which has no gaps. For one thread at a time.
#pragma once

#include "journal/records.hpp"
#include "journal/shapes.hpp"
#include "journal/sqlite.hpp"

#include <cstdint>
#include <functional>

namespace drift::journal {

class ActionQueue {
 public:
  explicit ActionQueue(Database& database);

  // Within a transaction.
  void append(const ActionRecord& action);
  // Gives the actions of [first, end) in order, until `take` returns false. Throws Error where one is missing or
  // damaged.
  void read(std::uint64_t first, std::uint64_t end, const std::function<bool(ActionRecord&&)>& take);
  // The last sequence; 0 when there is none.
  std::uint64_t last();
  // After a rollback.
  void forget() noexcept { shapes_.forget(); }

 private:
  ActionRecord current_row();

  Database* database_;
  Shapes shapes_;
  Statement insert_;
  Statement select_;
};

}  // namespace drift::journal
