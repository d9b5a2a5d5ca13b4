// ChildFailure: a program cannot be started, or cannot be talked to any more. Thrown as a value, so for any thread.
#pragma once

#include <stdexcept>

namespace drift::script {

// `what()` goes on after the program's name, "ended with status 1".
class ChildFailure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace drift::script
