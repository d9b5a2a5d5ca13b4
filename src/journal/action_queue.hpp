// ActionQueue: the rows of queued actions, by their sequence, which has no gaps from the first row that is kept to the
// last. For one thread at a time.
#pragma once

#include "journal/records.hpp"
#include "journal/rows.hpp"
#include "journal/shapes.hpp"
#include "journal/sqlite.hpp"

#include <cstdint>
#include <functional>

namespace drift::journal {

class ActionQueue {
 public:
  explicit ActionQueue(Database& database);

  // Within a transaction: a further row, or another action in the row of the same sequence.
  void append(const ActionRecord& action);
  void rewrite(const ActionRecord& action);
  // Gives the actions of [first, end) in order, until `take` returns false. Throws Error where one is missing or
  // damaged. Their place is their sequence: who moves them is LatePlaces.
  void read(std::uint64_t first, std::uint64_t end, const std::function<bool(ActionRecord&&)>& take);
  // The same from the last of `rows` down to the first. `take` may read().
  void read_down(const Rows& rows, const std::function<bool(ActionRecord&&)>& take);
  ActionRecord get(std::uint64_t sequence);
  // The group that a row says it is of: to search by, so it is not checked.
  std::uint64_t group_of(std::uint64_t sequence);
  // The first and the last row that there is; of none: 0 and 0.
  Rows found();
  // Deletes these rows, which are the first. Throws Error unless all were there. Within a transaction.
  void trim(const Rows& rows);
  // True iff an action of this kind was ever queued.
  bool has(RepeatKind repeat) { return shapes_.has(repeat); }
  std::vector<std::string> tables() { return shapes_.tables(); }
  // False: none of the actions is of the class `marker`.
  [[nodiscard]] bool may_have_markers() const noexcept { return markers_; }
  // After a rollback.
  void forget() noexcept { shapes_.forget(); }

 private:
  ActionRecord action_of(const Statement& row);
  void bind(Statement& statement, const ActionRecord& action);

  Database* database_;
  Shapes shapes_;
  Statement insert_;
  Statement update_;
  Statement select_;
  Statement select_down_;
  Statement select_group_;
  Statement trim_;
  bool markers_ = false;  // there is a shape of this class, or was before a rollback
};

}  // namespace drift::journal
