// Plain puts and removes as one request: BatchWriteItem takes up to 25 writes, but no condition, and returns no old
// item. So only those actions go in batches that need neither, and whose repetition is harmless: a batch is not atomic,
// and after a lost answer any part of it may have been executed.
//
// A batch is of one table: lanes, capacity and what is left unprocessed are then a table's, and the request is as full
// as it would be with several. Functions without state.
#pragma once

#include "client/capacity.hpp"
#include "journal/records.hpp"
#include "migrate/write_request.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace drift::migrate {

inline constexpr std::size_t batch_actions_max = 25;  // of BatchWriteItem (API reference)
// Of the actions in it. DynamoDB takes 16 MB; beyond this a batch saves nothing any more, and its answer only comes
// later.
inline constexpr std::size_t batch_bytes_max = std::size_t{1} << 20U;

using BatchActions = std::vector<const journal::ActionRecord*>;

// True iff the action may be a part of a batch, as far as the action says it.
bool goes_in_batches(const journal::ActionRecord& action, const WriteSettings& settings);

// The actions, all of one table and no two on one item, as a BatchWriteItem.
PreparedRequest batch_request(const BatchActions& actions, const WriteSettings& settings);

// What an answer without an error says of one of a batch's actions.
struct BatchPart {
  bool is_processed = true;  // else the table had no capacity for it: certainly not executed
  client::Consumption consumed = {};
};

// One for each action. What was consumed is said for the whole table; it is shared by the size of what was written, and
// the shares add up to it. Throws Error (code "MalformedAnswer") where the answer cannot be read, or leaves something
// unprocessed that was not sent.
std::vector<BatchPart> batch_parts(const BatchActions& actions, std::string_view answer_json);

}  // namespace drift::migrate
