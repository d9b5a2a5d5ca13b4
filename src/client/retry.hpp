// Three separate small things: whether an error may be tried again (ErrorClass), how long to wait before (RetryPolicy,
// full jitter), and what an operation allows (Operation::repeat).
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace drift::client {

enum class ErrorClass : std::uint8_t {
  refused,      // certainly not executed, and will not be: validation, a failed condition, no permission
  throttled,    // certainly not executed; later it may be
  conflict,     // TransactionConflict, TransactionInProgress: certainly not executed; later it may be
  credentials,  // expired or not yet valid: refresh once
  clock,        // the signature's time may be off: correct it once
  server,       // 500, 503: a write may have been executed
};

// The class of an error that the server answered. `code`: the name after '#', e.g. "ThrottlingException".
ErrorClass classify_error(int status, std::string_view code, std::string_view message) noexcept;

// The class of a TransactionCanceledException, by the codes of its CancellationReasons: throttled or conflict where
// nothing else stood against the transaction, else refused.
ErrorClass classify_cancellation(std::span<const std::string> reason_codes) noexcept;

struct RetryPolicy {
  int attempts_max = 10;
  std::chrono::milliseconds base{25};  // the first wait is uniform in [0, base]
  std::chrono::milliseconds cap{5'000};

  // The wait before attempt `attempt` + 1 (attempts count from 1); `random`: uniform in [0, 1).
  [[nodiscard]] std::chrono::nanoseconds wait(std::uint32_t attempt, double random) const noexcept;
};

}  // namespace drift::client
