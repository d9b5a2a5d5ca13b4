// guard_group: what is only known when a callback has returned: what it looked at, how many actions it queued, and
// which of them follow each other on the scanned item. From this each action gets its guard, the image that it must
// meet, and the way in which it is resolved when its answer is lost.
#pragma once

#include "expression/condition_expression.hpp"
#include "expression/update_expression.hpp"
#include "journal/records.hpp"

#include <drift/actions.hpp>
#include <drift/item.hpp>
#include <drift/table.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {

// What the run and the migration ask for.
struct GuardSettings {
  Guard guard = Guard::unchanged;       // of actions on the scanned item that name none
  bool stamped = false;                 // a stamped run: what carries no stamp has a marker
  std::string scanned_arn = {};         // empty where the server knows none
  bool exact = false;                   // markers for what is not guarded
  std::string version = {};             // the application's version attribute; empty: none
  std::vector<std::string> reads = {};  // empty: what the callback looked at
};

// An action while its callback runs.
struct Draft {
  journal::ActionRecord record;
  std::optional<Guard> guard = {};                                        // as its caller named it
  std::shared_ptr<const expression::UpdateExpression> update = {};        // of an update
  std::shared_ptr<const expression::ConditionExpression> condition = {};  // where there is one
  Attributes values = {};                                                 // of both
  Names names = {};
};

// Completes the records. Throws Error (code "ValidationException", naming the way out) where a guard does not fit
// DynamoDB's limits, or can not be had.
void guard_group(std::vector<Draft>& drafts, const Item& item, const KeySchema& key, const GuardSettings& settings);

}  // namespace drift::migrate
