// An action as a request: the write as it was queued, under its guard, and where its class asks for it in one
// transaction with a marker, whose presence in the run table proves that the action was executed.
#pragma once

#include "client/operation.hpp"
#include "journal/records.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace drift::migrate {

struct WriteSettings {
  bool before_images = true;  // ask for what was there before, where the guard's image does not say it
  std::string stamp = {};     // the stamp's attribute; empty: an unstamped run
  std::string scanned_table = {};
  std::string run_table = {};
  std::string run_id = {};
  // Whether a table has global secondary indexes, whose consumption is then asked for too. Empty: no table has.
  std::function<bool(const std::string& table)> has_indexes = {};
  // What makes markers of two executions of a migration different: "<number>#<direction>#<epoch>".
  std::string marker_sort = {};
};

struct PreparedRequest {
  const client::Operation* operation = nullptr;
  std::string body = {};
};

// The action's write. Not for ActionKind::recall.
PreparedRequest write_request(const journal::ActionRecord& action, const WriteSettings& settings);
// What ReturnConsumedCapacity asks for, of a write to the table.
std::string_view consumption_wanted(const std::string& table, const WriteSettings& settings);
// True iff the action's write sets the run's stamp.
bool is_stamped(const journal::ActionRecord& action, const WriteSettings& settings);
// A consistent read of the action's item.
PreparedRequest read_request(const journal::ActionRecord& action);

// The partition key of an action's marker: named after the scanned item's key and the action's ordinal, hashed, so
// that markers spread over the partitions and no customer's data stands in the run table.
std::string marker_part(const journal::ActionRecord& action, const WriteSettings& settings);

}  // namespace drift::migrate
