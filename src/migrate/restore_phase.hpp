// RestorePhase: the scan of an undo without `down`. It goes backwards through the journal of the applied migration and
// queues what takes each action back; the apply phase does the rest, as for every run.
#pragma once

#include "journal/journal.hpp"
#include "migrate/run_context.hpp"

#include <string>

namespace drift::migrate {

class RestorePhase {
 public:
  RestorePhase(RunContext& run, journal::Journal& applied) : run_(run), applied_(applied) {}

  // Goes on from the cursor and returns when everything is queued and durable, or when the run is halted. Throws the
  // journals' errors.
  void execute(const journal::Cursor& cursor);

 private:
  RunContext& run_;
  journal::Journal& applied_;
};

}  // namespace drift::migrate
