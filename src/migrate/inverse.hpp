// inverse_of: the action that takes an executed one back, from the image of the item before it. It is guarded by what
// the executed one left: what was changed since is not overwritten.
#pragma once

#include "journal/records.hpp"

#include <optional>
#include <string>

namespace drift::migrate {

// `before`: the item before the action, as its answer brought it (DynamoDB JSON; empty: the answer brought none).
// None where nothing is to be done. An action of the kind `recall` where there is no image: it is listed, not undone.
std::optional<journal::ActionRecord> inverse_of(const journal::ActionRecord& action,
                                                const journal::ActionOutcome& outcome, const std::string& before);

}  // namespace drift::migrate
