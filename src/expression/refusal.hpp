// How this folder says no: drift::Error with DynamoDB's code for a request that it would refuse.
#pragma once

#include <drift/error.hpp>

#include <string>
#include <utility>

namespace drift::expression {

[[noreturn]] inline void refuse(std::string message, std::string next_step = {}) {
  Error::Details details;
  details.code = "ValidationException";
  details.message = std::move(message);
  details.next_step = std::move(next_step);
  throw Error(std::move(details));
}

}  // namespace drift::expression
