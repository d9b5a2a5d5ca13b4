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
  std::string revision = {};  // of the migration's code
  std::string stamp = {};     // RunOptions::stamp; empty: unstamped
  std::uint64_t epoch = 1;
  bool images = true;      // before-images are kept
  std::string index = {};  // of the table, whose items are scanned; empty: the table's own
};

// `recorded`: the migration is applied; the journal is kept for its undo.
enum class RunPhase : std::uint8_t { scanning, applying, recording, recorded };

// `recall`: the callback failed, within the error budget; it is called again on the item as it is then.
enum class ActionKind : std::uint8_t { update, insert, put, remove, recall };

// The ordinal of a `recall` that is about an item with a partial stamp: it is looked at, and not called back.
inline constexpr std::uint32_t recall_half_stamped = 1;

// What must still be as the callback saw it (drift::Guard, resolved).
enum class GuardKind : std::uint8_t {
  none,
  exists,         // the item
  unchanged,      // the item exists, and the guarded attributes are as in the image
  version,        // the item exists, and the one guarded attribute, the version, is as in the image
  scanned_check,  // of another item: the scanned item's guarded attributes are as in the image
};

// How an action whose answer was lost is resolved (the classes of the design).
enum class RepeatKind : std::uint8_t { guarded, repeatable, marker };

// An action as it was queued. Texts are DynamoDB JSON or expressions as given; empty means none.
struct ActionRecord {
  std::uint64_t sequence = 0;  // its place in the queue, from 1; given by the journal
  std::uint64_t group = 0;     // the callback that queued it, from 1; given by the journal
  std::uint32_t ordinal = 0;   // its place within the callback, from 0
  ActionKind kind = ActionKind::update;
  bool scanned_item = false;  // it is on the item that the callback was given
  std::uint32_t segment = 0;  // of the scan, from which its item came; given by the journal
  std::string table = {};
  std::string key = {};         // canonical key JSON (value::canonical_key_json): equal keys, equal text
  std::string item = {};        // of a put or an insert; of a recall why its callback failed
  std::string expression = {};  // of an update
  std::string condition = {};
  std::string names = {};   // {"#a":"a.b"}
  std::string values = {};  // {":v":{"N":"1"}}
  GuardKind guard = GuardKind::none;
  RepeatKind repeat = RepeatKind::repeatable;
  // The names of the guarded attributes, a JSON array of strings in order; empty where nothing is guarded by value.
  std::string guarded = {};
  // The guarded attributes as they must be before this action, DynamoDB JSON of those that are present.
  std::string image = {};
  std::string scanned_key = {};  // of an action on another item: the item whose callback queued it; else empty
  std::uint32_t group_size = 1;  // how many actions the callback queued
  std::uint64_t place = 0;       // its place in the order: its sequence, or where a replaced group stands
  bool maybe_sent = false;       // given by pending(): a process that ended may have sent it
  bool tried = false;            // given by pending(): it has an outcome that is not settled (failed, quarantined)

  [[nodiscard]] std::size_t bytes() const noexcept {
    return sizeof(ActionRecord) + table.size() + key.size() + item.size() + expression.size() + condition.size() +
           names.size() + values.size() + guarded.size() + image.size() + scanned_key.size();
  }
};

enum class ActionState : std::uint8_t {
  queued,  // no outcome yet; written as an outcome it says: certainly not sent, whatever the send mark says
  done,
  skipped,      // the caller's own condition did not hold
  failed,       // certainly not executed; tried again when the run is
  in_doubt,     // quarantined: it may have been executed, and what the item is now does not tell. Needs a decision
  gone,         // settled: the item was deleted meanwhile
  replaced,     // settled: its callback was called again and did not queue it again
  quarantined,  // certainly not executed; its item was changed too often. Tried again when the run is
  sent,         // sent, answer not known when the process ended in order
};

// What is read back has what belongs to the one action: sequence, state, detail, write_units and throttled. The other
// numbers are in the totals alone, and the image is read by Journal::before().
struct ActionOutcome {
  std::uint64_t sequence = 0;
  ActionState state = ActionState::done;
  std::string detail = {};  // why, for failed, quarantined and in_doubt; who decided, for what was resolved by hand
  double write_units = 0;
  double read_units = 0;
  std::uint32_t throttled = 0;
  std::uint32_t retried = 0;               // requests sent again for another reason
  std::uint32_t in_doubt_applied = 0;      // doubts resolved: it had been executed
  std::uint32_t in_doubt_not_applied = 0;  // doubts resolved: it had not
  std::string before = {};                 // the item before the action, DynamoDB JSON; empty: none was asked for
};

// One page of the scan: what its callbacks queued, and the cursor behind it. Committed in one transaction.
struct PageRecord {
  std::uint32_t segment = 0;
  std::string last_key = {};  // raw LastEvaluatedKey; empty: the segment is finished
  // One element a callback that queued something, in the order of the items; sequence, group and segment are filled in.
  std::vector<std::vector<ActionRecord>> groups = {};
  std::uint64_t items = 0;
  std::uint64_t callbacks = 0;
  double read_units = 0;
  std::uint32_t throttled = 0;
  // Of an index's page: the canonical keys of its items, none of which was seen before.
  std::vector<std::string> seen = {};
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
  std::uint64_t gone = 0;
  std::uint64_t replaced = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t sent = 0;
  std::uint64_t retried = 0;
  std::uint64_t in_doubt_applied = 0;
  std::uint64_t in_doubt_not_applied = 0;
  std::uint64_t conflicts_resolved = 0;  // groups whose callback was called again

  // True iff nothing is left to do, decide or try again.
  [[nodiscard]] bool complete() const noexcept { return done + skipped + gone + replaced == queued; }
};

}  // namespace drift::journal
