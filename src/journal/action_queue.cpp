#include "journal/action_queue.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <string>
#include <utility>

namespace drift::journal {
namespace {

std::int32_t checksum(const ActionRecord& action, std::uint64_t shape) noexcept {
  Checksum sum;
  sum.add({action.sequence, action.group, action.ordinal, shape});
  return sum.add(action.key).add(action.item).add(action.values).value();
}

Error unusable(const Database& database, std::uint64_t sequence, const char* what) {
  return damaged(database.file(), "action " + std::to_string(sequence) + what);
}

}  // namespace

ActionQueue::ActionQueue(Database& database)
    : database_(&database),
      shapes_(database),
      insert_(database,
              "INSERT INTO actions(sequence, \"group\", ordinal, shape, key, item, \"values\", checksum)"
              " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"),
      select_(database,
              "SELECT sequence, \"group\", ordinal, shape, key, item, \"values\", checksum FROM actions"
              " WHERE sequence >= ? AND sequence < ? ORDER BY sequence") {}

void ActionQueue::append(const ActionRecord& action) {
  const std::uint64_t shape = shapes_.id_of(action);
  insert_.bind(1, static_cast<std::int64_t>(action.sequence));
  insert_.bind(2, static_cast<std::int64_t>(action.group));
  insert_.bind(3, std::int64_t{action.ordinal});
  insert_.bind(4, static_cast<std::int64_t>(shape));
  insert_.bind(5, std::string_view(action.key));
  insert_.bind(6, std::string_view(action.item));
  insert_.bind(7, std::string_view(action.values));
  insert_.bind(8, std::int64_t{checksum(action, shape)});
  if (!insert_.run()) {
    throw unusable(*database_, action.sequence, " is there before it was queued");
  }
}

void ActionQueue::read(std::uint64_t first, std::uint64_t end, const std::function<bool(ActionRecord&&)>& take) {
  const StatementReset reset(select_);
  select_.bind(1, static_cast<std::int64_t>(first));
  select_.bind(2, static_cast<std::int64_t>(end));
  for (std::uint64_t sequence = first; sequence < end; ++sequence) {
    if (!select_.step() || select_.natural(0) != sequence) {
      throw unusable(*database_, sequence, " is missing");
    }
    if (!take(current_row())) {
      return;
    }
  }
}

ActionRecord ActionQueue::current_row() {
  ActionRecord action;
  action.sequence = select_.natural(0);
  action.group = select_.natural(1);
  action.ordinal = static_cast<std::uint32_t>(select_.natural(2));
  const std::uint64_t shape = select_.natural(3);
  action.key = select_.text(4);
  action.item = select_.text(5);
  action.values = select_.text(6);
  if (select_.integer(7) != checksum(action, shape)) {
    throw unusable(*database_, action.sequence, " is not as it was written");
  }
  shapes_.fill(shape, action);
  return action;
}

std::uint64_t ActionQueue::last() {
  Statement statement(*database_, "SELECT coalesce(max(sequence), 0) FROM actions");
  statement.step();
  return statement.natural(0);
}

}  // namespace drift::journal
