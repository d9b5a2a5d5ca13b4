// is_expired: whether an item's TTL has passed, so that DynamoDB is going to delete it within some days. A function
// without state.
#pragma once

#include "base/clock.hpp"

#include <drift/item.hpp>

#include <string_view>

namespace drift::migrate {

// `ttl_attribute`: where the time stands; empty: items do not expire. Not recorded as looked at.
bool is_expired(const Item& item, std::string_view ttl_attribute, base::SystemTime now);

}  // namespace drift::migrate
