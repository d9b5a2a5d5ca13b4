// refusal_of: what a throttled request was refused for, in the pacer's terms.
#pragma once

#include "client/core.hpp"
#include "pace/pacer.hpp"

namespace drift::migrate {

// Without reasons in the answer it is the table; RequestLimitExceeded is the account's quota. Of several reasons the
// widest counts.
pace::Refusal refusal_of(const client::CallResult& result);

}  // namespace drift::migrate
