// RunOptions: how a run is carried out. Every member has a default that is safe.
#pragma once

#include <drift/progress.hpp>

#include <cstddef>
#include <functional>
#include <stop_token>

namespace drift {

struct RunOptions {
  // Callbacks running at once, 1 to 1,024. 1: one callback and one write at a time, in the order of the scan.
  std::size_t concurrency = 8;
  // True: the first error ends the run. False: everything that can go on does, and all errors are reported. Either way,
  // with an error in a callback no action is executed.
  bool fail_on_first_error = false;
  // Called about five times a second, never twice at once, and always a last time with the final counts. It must not
  // block for long and must not throw: an exception is ignored.
  std::function<void(const Progress&)> on_progress = {};
  // Ends the run within 2 s after the running callbacks have returned; it can be resumed by running it again.
  std::stop_token stop = {};
  // False: a migration that the metadata table has as applied is refused. True: it is executed again.
  bool allow_applied = false;
};

}  // namespace drift
