// refusal_of: see the header. The reasons are those of the Developer Guide, "Throttling reasons":
// {Table,Index}{Read,Write}{ProvisionedThroughputExceeded, AccountLimitExceeded, KeyRangeThroughputExceeded,
// MaxOnDemandThroughputExceeded}.
#include "migrate/refusal.hpp"

#include "client/capacity.hpp"

#include <string>

namespace drift::migrate {

namespace {

using Scope = pace::Refusal::Scope;

int width(Scope scope) noexcept {
  switch (scope) {
    case Scope::key_range:
      return 0;
    case Scope::index:
      return 1;
    case Scope::table:
      return 2;
    case Scope::account:
      break;
  }
  return 3;
}

pace::Refusal refusal_of(const client::ThrottlingReason& reason) {
  if (reason.reason.find("AccountLimit") != std::string::npos) return {.scope = Scope::account};
  if (reason.reason.find("KeyRange") != std::string::npos) return {.scope = Scope::key_range};
  if (reason.reason.starts_with("Index")) return {.scope = Scope::index, .index = reason.index};
  return {.scope = Scope::table};
}

}  // namespace

pace::Refusal refusal_of(const client::CallResult& result) {
  if (result.error && result.error->code() == "RequestLimitExceeded") return {.scope = Scope::account};
  const auto reasons = client::throttling_reasons(result.error_body);
  if (reasons.empty()) return {.scope = Scope::table};
  pace::Refusal widest = refusal_of(reasons.front());
  for (const client::ThrottlingReason& reason : reasons) {
    const pace::Refusal one = refusal_of(reason);
    if (width(one.scope) > width(widest.scope)) widest = one;
  }
  return widest;
}

}  // namespace drift::migrate
