// The errors of calls in words: what happened, to what, whether it was executed, and what to do next.
#pragma once

#include "client/answer.hpp"
#include "client/core.hpp"

#include <drift/error.hpp>

#include <cstdint>
#include <string_view>

namespace drift::client {

// The call that failed.
struct CallContext {
  const Operation& operation;
  std::string_view request;  // its JSON: names table and key where `table` does not
  std::string_view table;
  const ClientCore::Settings& settings;
  std::uint32_t attempts = 1;
  bool in_doubt = false;  // a write that may have been executed
};

// The error of a call that ends with this verdict.
Error call_error(const CallContext& context, const Verdict& verdict);
// The error of a call that its stop_token ended before it was sent.
Error cancelled_error(const CallContext& context);
// The error of a call for which there are no credentials: the provider's, with the call's table and key.
Error credentials_error(const CallContext& context, const Error& error);

}  // namespace drift::client
