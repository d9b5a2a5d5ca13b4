// error_of: the error of a call that must fail, as a value.
#pragma once

#include <drift/error.hpp>

namespace drift::testing {

template <typename Call>
Error error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error("none", "nothing was thrown");
}

}  // namespace drift::testing
