// What a journal holds: one run's identity, its queue of actions, its scan cursors and its outcomes, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drift::journal {

// Which run this is. What must agree when a run is resumed is compared by src/migrate, not here.
struct RunHeader {
  std::string run_id = {};
  std::uint64_t number = 0;    // of the migration
  std::string direction = {};  // "up" or "down"
  std::string meta_table = {};
  std::string table = {};
  std::string table_arn = {};
  std::string table_id = {};
  std::string key_schema = {};  // "pk:S,sk:N"
  std::uint32_t segments = 1;
  std::string created_at = {};  // UTC, ISO 8601
  std::string drift_version = {};
};

enum class RunPhase : std::uint8_t { scanning, applying, recording };

enum class ActionKind : std::uint8_t { update, insert, put, remove };

// An action as it was queued. Texts are DynamoDB JSON or expressions as given; empty means none.
struct ActionRecord {
  std::uint64_t sequence = 0;  // its place in the queue, from 1; given by the journal
  std::uint64_t group = 0;     // the callback that queued it, from 1; given by the journal
  std::uint32_t ordinal = 0;   // its place within the callback, from 0
  ActionKind kind = ActionKind::update;
  bool scanned_item = false;  // it is on the item that the callback was given
  std::string table = {};
  std::string key = {};         // canonical key JSON (value::canonical_key_json): equal keys, equal text
  std::string item = {};        // of a put or an insert
  std::string expression = {};  // of an update
  std::string condition = {};
  std::string names = {};   // {"#a":"a.b"}
  std::string values = {};  // {":v":{"N":"1"}}

  [[nodiscard]] std::size_t bytes() const noexcept {
    return sizeof(ActionRecord) + table.size() + key.size() + item.size() + expression.size() + condition.size() +
           names.size() + values.size();
  }
};

enum class ActionState : std::uint8_t {
  queued,  // no outcome yet
  done,
  skipped,   // the caller's own condition did not hold
  failed,    // certainly not executed; tried again when the run is
  in_doubt,  // sent, answer not known
};

struct ActionOutcome {
  std::uint64_t sequence = 0;
  ActionState state = ActionState::done;
  std::string detail = {};  // why, for failed and in_doubt
  double write_units = 0;
  std::uint32_t throttled = 0;
};

// One page of the scan: what its callbacks queued, and the cursor behind it. Committed in one transaction.
struct PageRecord {
  std::uint32_t segment = 0;
  std::string last_key = {};  // raw LastEvaluatedKey; empty: the segment is finished
  // One element a callback that queued something, in the order of the items; sequence and group are filled in.
  std::vector<std::vector<ActionRecord>> groups = {};
  std::uint64_t items = 0;
  std::uint64_t callbacks = 0;
  double read_units = 0;
  std::uint32_t throttled = 0;
};

struct Cursor {
  std::uint32_t segment = 0;
  std::string last_key = {};  // empty and not finished: at the beginning
  bool finished = false;
};

// Sums over the whole run.
struct Totals {
  std::uint64_t items = 0;
  std::uint64_t callbacks = 0;
  std::uint64_t queued = 0;  // all actions
  std::uint64_t done = 0;
  std::uint64_t skipped = 0;
  std::uint64_t failed = 0;
  std::uint64_t in_doubt = 0;
  std::uint64_t throttled = 0;
  double read_units = 0;
  double write_units = 0;
};

}  // namespace drift::journal
