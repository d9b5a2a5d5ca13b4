// The verbs, each in a file of its own in cli/verbs. What several of them do is in up_and_down and standing.
#pragma once

#include "cli/verb.hpp"

namespace drift::cli {

Verb up_verb();
Verb up_to_verb();
Verb down_verb();
Verb down_to_verb();
Verb redo_verb();
Verb status_verb();
Verb version_verb();
Verb validate_verb();
Verb new_verb();
Verb history_verb();
Verb failures_verb();
Verb resolve_verb();
Verb locks_verb();
Verb unlock_verb();
Verb adopt_verb();
Verb restart_verb();
Verb sweep_verb();
Verb prune_verb();
Verb init_verb();
Verb local_verb();

}  // namespace drift::cli
