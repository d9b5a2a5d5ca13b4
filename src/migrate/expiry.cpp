// is_expired: see the header.
#include "migrate/expiry.hpp"

#include "value/attribute_json.hpp"
#include "value/item_access.hpp"

#include <chrono>
#include <cstdint>

namespace drift::migrate {

// Amazon DynamoDB Developer Guide, "Time to Live": a number, in seconds since 1970; items that are more than five years
// past it never expire.
bool is_expired(const Item& item, std::string_view ttl_attribute, base::SystemTime now) {
  if (ttl_attribute.empty()) return false;
  const auto raw = value::ItemAccess::raw(item, ttl_attribute);
  if (!raw) return false;
  const Value expires = value::parse_value(*raw, value::answer_rules);
  if (expires.type() != Type::number) return false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  constexpr std::int64_t five_years = std::int64_t{5} * 365 * 86'400;
  return expires.as_number() < Number(seconds) && expires.as_number() > Number(seconds - five_years);
}

}  // namespace drift::migrate
