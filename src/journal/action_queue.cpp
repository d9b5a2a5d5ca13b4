#include "journal/action_queue.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

#include <string>
#include <utility>

namespace drift::journal {
namespace {

std::int32_t checksum(const ActionRecord& action, std::uint64_t shape) noexcept {
  // The lengths go in together: a call for each costs more than what it sums up.
  Checksum sum;
  sum.add({action.sequence, action.group, action.ordinal, shape, action.group_size, action.segment, action.key.size(),
           action.item.size(), action.values.size(), action.image.size(), action.scanned_key.size()});
  for (const std::string* text : {&action.key, &action.item, &action.values, &action.image, &action.scanned_key}) {
    sum.add_text(*text);
  }
  return sum.value();
}

Error unusable(const Database& database, std::uint64_t sequence, const char* what) {
  return damaged(database.file(), "action " + std::to_string(sequence) + what);
}

}  // namespace

ActionQueue::ActionQueue(Database& database)
    : database_(&database),
      shapes_(database),
      insert_(database,
              "INSERT INTO actions(sequence, \"group\", ordinal, shape, key, item, \"values\", image, scanned_key,"
              " group_size, segment, checksum) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      update_(database,
              "UPDATE actions SET \"group\" = ?2, ordinal = ?3, shape = ?4, key = ?5, item = ?6, \"values\" = ?7,"
              " image = ?8, scanned_key = ?9, group_size = ?10, segment = ?11, checksum = ?12"
              " WHERE sequence = ?1"),
      select_(database,
              "SELECT sequence, \"group\", ordinal, shape, key, item, \"values\", image, scanned_key, group_size,"
              " segment, checksum FROM actions WHERE sequence >= ? AND sequence < ? ORDER BY sequence"),
      select_down_(database,
                   "SELECT sequence, \"group\", ordinal, shape, key, item, \"values\", image, scanned_key, group_size,"
                   " segment, checksum FROM actions WHERE sequence <= ? ORDER BY sequence DESC"),
      select_group_(database, "SELECT \"group\" FROM actions WHERE sequence = ?"),
      trim_(database, "DELETE FROM actions WHERE sequence <= ?") {
  markers_ = has(RepeatKind::marker);
}

void ActionQueue::bind(Statement& statement, const ActionRecord& action) {
  const std::uint64_t shape = shapes_.id_of(action);
  markers_ = markers_ || action.repeat == RepeatKind::marker;
  statement.bind(1, static_cast<std::int64_t>(action.sequence));
  statement.bind(2, static_cast<std::int64_t>(action.group));
  statement.bind(3, std::int64_t{action.ordinal});
  statement.bind(4, static_cast<std::int64_t>(shape));
  statement.bind(5, std::string_view(action.key));
  statement.bind(6, std::string_view(action.item));
  statement.bind(7, std::string_view(action.values));
  statement.bind(8, std::string_view(action.image));
  statement.bind(9, std::string_view(action.scanned_key));
  statement.bind(10, std::int64_t{action.group_size});
  statement.bind(11, std::int64_t{action.segment});
  statement.bind(12, std::int64_t{checksum(action, shape)});
}

void ActionQueue::append(const ActionRecord& action) {
  bind(insert_, action);
  if (!insert_.run()) {
    throw unusable(*database_, action.sequence, " is there before it was queued");
  }
}

void ActionQueue::rewrite(const ActionRecord& action) {
  bind(update_, action);
  update_.run();
}

void ActionQueue::read(std::uint64_t first, std::uint64_t end, const std::function<bool(ActionRecord&&)>& take) {
  const StatementReset reset(select_);
  select_.bind(1, static_cast<std::int64_t>(first));
  select_.bind(2, static_cast<std::int64_t>(end));
  for (std::uint64_t sequence = first; sequence < end; ++sequence) {
    if (!select_.step() || select_.natural(0) != sequence) {
      throw unusable(*database_, sequence, " is missing");
    }
    if (!take(action_of(select_))) {
      return;
    }
  }
}

void ActionQueue::read_down(const Rows& rows, const std::function<bool(ActionRecord&&)>& take) {
  const StatementReset reset(select_down_);
  select_down_.bind(1, static_cast<std::int64_t>(rows.last));
  for (std::uint64_t sequence = rows.last; sequence >= rows.first; --sequence) {
    if (!select_down_.step() || select_down_.natural(0) != sequence) {
      throw unusable(*database_, sequence, " is missing");
    }
    if (!take(action_of(select_down_))) {
      return;
    }
  }
}

ActionRecord ActionQueue::get(std::uint64_t sequence) {
  ActionRecord result;
  read(sequence, sequence + 1, [&](ActionRecord&& action) {
    result = std::move(action);
    return false;
  });
  return result;
}

std::uint64_t ActionQueue::group_of(std::uint64_t sequence) {
  const StatementReset reset(select_group_);
  select_group_.bind(1, static_cast<std::int64_t>(sequence));
  if (!select_group_.step()) {
    throw unusable(*database_, sequence, " is missing");
  }
  return select_group_.natural(0);
}

ActionRecord ActionQueue::action_of(const Statement& row) {
  ActionRecord action;
  action.sequence = row.natural(0);
  action.group = row.natural(1);
  action.ordinal = static_cast<std::uint32_t>(row.natural(2));
  const std::uint64_t shape = row.natural(3);
  action.key = row.text(4);
  action.item = row.text(5);
  action.values = row.text(6);
  action.image = row.text(7);
  action.scanned_key = row.text(8);
  action.group_size = static_cast<std::uint32_t>(row.natural(9));
  action.segment = static_cast<std::uint32_t>(row.natural(10));
  action.place = action.sequence;
  if (row.integer(11) != checksum(action, shape)) {
    throw unusable(*database_, action.sequence, " is not as it was written");
  }
  shapes_.fill(shape, action);
  return action;
}

Rows ActionQueue::found() {
  // Each is one step through the index; both in one query would read all rows.
  Statement ends(*database_, "SELECT (SELECT min(sequence) FROM actions), (SELECT max(sequence) FROM actions)");
  ends.step();
  return {.first = ends.natural(0), .last = ends.natural(1)};
}

void ActionQueue::trim(const Rows& rows) {
  trim_.bind(1, static_cast<std::int64_t>(rows.last));
  trim_.run();
  if (database_->changes() != rows.last - rows.first + 1) {
    throw damaged(database_->file(), "of its actions up to " + std::to_string(rows.last) + " some are missing");
  }
}

}  // namespace drift::journal
