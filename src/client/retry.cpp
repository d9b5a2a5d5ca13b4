// What the errors of the DynamoDB API mean for a repetition (Developer Guide, "Error handling with DynamoDB").
#include "client/retry.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace drift::client {
namespace {

using Codes = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> throttling_codes{
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "LimitExceededException",  // of the control plane: too many tables are being changed at once
    "Throttling",
    "RequestThrottledException",
    "TooManyRequestsException",
    "SlowDown",
};
constexpr std::array<std::string_view, 3> conflict_codes{
    "TransactionConflictException",
    "TransactionInProgressException",
    "ReplicatedWriteConflictException",
};
constexpr std::array<std::string_view, 5> credentials_codes{
    "ExpiredTokenException",       "ExpiredToken",         "TokenRefreshRequired",
    "UnrecognizedClientException", "InvalidClientTokenId",
};
constexpr std::array<std::string_view, 5> clock_codes{
    "RequestExpired", "RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
};
// CancellationReasons[].Code of TransactWriteItems.
constexpr std::array<std::string_view, 3> reasons_throttled{"ThrottlingError", "ProvisionedThroughputExceeded",
                                                            "RequestLimitExceeded"};
constexpr std::array<std::string_view, 1> reasons_conflict{"TransactionConflict"};

bool contains(Codes codes, std::string_view code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

ErrorClass classify_error(int status, std::string_view code, std::string_view message) noexcept {
  if (contains(throttling_codes, code)) return ErrorClass::throttled;
  if (contains(conflict_codes, code)) return ErrorClass::conflict;
  if (contains(credentials_codes, code)) return ErrorClass::credentials;
  // A signature that is wrong for another reason is no matter of time: the message tells them apart for some servers,
  // the Date header of the answer for all (ClientCore looks at it).
  if (contains(clock_codes, code)) return ErrorClass::clock;
  if (message.starts_with("Signature expired") || message.starts_with("Signature not yet current")) {
    return ErrorClass::clock;
  }
  if (status == 429) return ErrorClass::throttled;
  // 408 is an answer of a proxy or load balancer that gave up waiting for what is behind it.
  if (status >= 500 || status == 408) return ErrorClass::server;
  return ErrorClass::refused;
}

ErrorClass classify_cancellation(std::span<const std::string> reason_codes) noexcept {
  bool throttled = false;
  bool conflict = false;
  for (const std::string& code : reason_codes) {
    if (code.empty() || code == "None") continue;
    if (contains(reasons_throttled, code)) {
      throttled = true;
    } else if (contains(reasons_conflict, code)) {
      conflict = true;
    } else {
      return ErrorClass::refused;
    }
  }
  if (throttled) return ErrorClass::throttled;
  return conflict ? ErrorClass::conflict : ErrorClass::refused;
}

std::chrono::nanoseconds RetryPolicy::wait(std::uint32_t attempt, double random) const noexcept {
  using Nanoseconds = std::chrono::duration<double, std::nano>;
  const double limit = Nanoseconds(cap).count();
  const double bound =
      std::min(limit, std::ldexp(Nanoseconds(base).count(), static_cast<int>(std::min(attempt, 64U)) - 1));
  return std::chrono::nanoseconds(static_cast<std::int64_t>(bound * random));
}

}  // namespace drift::client
