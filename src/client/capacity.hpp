// The capacity that an answer says was consumed (ReturnConsumedCapacity).
#pragma once

#include <string_view>

namespace drift::client {

// The sum of CapacityUnits over the answer's ConsumedCapacity, one object or an array of them; 0 when it does not say.
// Throws Error (code "MalformedAnswer").
double consumed_units(std::string_view answer_json);

}  // namespace drift::client
