// The verbs, a file of cli/verbs for those that are about the same thing. What several of them do is in the files
// beside this one: which migrations there are (standing), the way through them (passage), one of them (run_one).
#pragma once

#include "cli/verb.hpp"

namespace drift::cli {

Verb up_verb();
Verb up_to_verb();
Verb down_verb();
Verb down_to_verb();
Verb goto_verb();
Verb redo_verb();
Verb resume_verb();
Verb run_verb();
Verb status_verb();
Verb version_verb();
Verb history_verb();
Verb plan_verb();
Verb policy_verb();
Verb verify_verb();
Verb new_verb();
Verb validate_verb();
Verb init_verb();
Verb mark_applied_verb();
Verb mark_pending_verb();
Verb failures_verb();
Verb resolve_verb();
Verb locks_verb();
Verb unlock_verb();
Verb adopt_verb();
Verb restart_verb();
Verb sweep_verb();
Verb prune_verb();
Verb ctl_verb();
Verb watch_verb();
Verb local_verb();
Verb demo_verb();
Verb completion_verb();
Verb manual_verb();

}  // namespace drift::cli
