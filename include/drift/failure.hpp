// Failure: an action of a run that is not done: it failed, its item was changed too often, or it may have been executed
// and what the item is now does not tell.
#pragma once

#include <drift/value.hpp>

#include <cstdint>
#include <string>

namespace drift {

struct Failure {
  std::string table = {};
  Attributes key = {};          // of the action's item
  std::string action = {};      // "update", "insert", "put", "remove"; "callback" when the callback itself failed
  std::string expression = {};  // of an update
  std::string reason = {};
  std::uint64_t attempts = 0;  // requests that were sent for it
  bool in_doubt = false;       // it may have been executed; only Migrator::resolve goes on with it
};

// What becomes of a failure.
enum class Resolution : std::uint8_t {
  done,   // it counts as done
  again,  // the next run does it again
  skip,   // it is not done, and the run goes on without it
};

}  // namespace drift
