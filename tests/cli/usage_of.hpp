// What a piece of the command says of what a person typed wrong, for an assertion.
#pragma once

#include <drift/error.hpp>

#include <string>

namespace drift::cli {

// "<code>: <message> | <next step>" of the Error that `work` throws; "none" when it throws none.
template <class Work>
std::string error_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code() + ": " + error.message() + " | " + error.next_step();
  }
  return "none";
}

}  // namespace drift::cli
