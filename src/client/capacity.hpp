// The capacity that an answer says was consumed (ReturnConsumedCapacity), and what a refusal for want of capacity says
// that there is too little of (ThrottlingReasons).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::client {

// The sum of CapacityUnits over the answer's ConsumedCapacity, one object or an array of them; 0 when it does not say.
// Throws Error (code "MalformedAnswer").
double consumed_units(std::string_view answer_json);

struct Consumption {
  double units = 0;  // of all tables and their indexes
  // Of global secondary indexes; empty unless ReturnConsumedCapacity was INDEXES.
  std::vector<std::pair<std::string, double>> indexes = {};
};
// Throws Error (code "MalformedAnswer").
Consumption consumption(std::string_view answer_json);

// One of the reasons of a throttling error (Developer Guide, "Throttling reasons").
struct ThrottlingReason {
  std::string reason = {};  // "TableWriteKeyRangeThroughputExceeded"
  std::string table = {};   // of the resource that it names; empty: none
  std::string index = {};
};
// Empty for an answer without reasons, and for one that cannot be read.
std::vector<ThrottlingReason> throttling_reasons(std::string_view error_json);

}  // namespace drift::client
