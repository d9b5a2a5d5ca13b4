// Judges what the transport brought back for one attempt of a call: whether it may be trusted, and if it is an error,
// which one. What follows from a verdict is decided by the retry loop in core.cpp.
#pragma once

#include "client/retry.hpp"
#include "wire/transport.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drift::client {

// What became of one attempt.
enum class Fate : std::uint8_t {
  answered,  // the operation was executed; the answer can be trusted
  unsent,    // not a byte left this machine: certainly not executed
  lost,      // sent, and no answer that can be trusted: it may have been executed
  error,     // DynamoDB said no: see `error_class`
  foreign,   // something answered that is not DynamoDB
};

struct Verdict {
  Fate fate = Fate::answered;
  // Of Fate::error.
  ErrorClass error_class = ErrorClass::refused;
  std::string code = {};     // "ValidationException"
  std::string message = {};  // the server's, or the transport's words
  std::string request_id = {};
  int status = 0;
  bool anonymous = false;  // of Fate::error: nothing in it is DynamoDB's; a gateway's words, or another server's
  // Of Fate::unsent and Fate::lost.
  wire::Failure::Kind failure = wire::Failure::Kind::lost;
  // The server's time, where it said so with an error.
  std::optional<base::SystemTime> server_time = {};
};

Verdict judge(const wire::Answer& answer);

}  // namespace drift::client
