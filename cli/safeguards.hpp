// Safeguards: what a person is asked, or must have, before tables are changed.
#pragma once

#include "cli/session.hpp"

#include <string>
#include <vector>

namespace drift::cli {

// For tables that are about to be migrated. Throws Error, code "Refused": a table without point-in-time recovery, or of
// which that is not known, where --require-pitr is set; a table above --ask-above, or that may cost more than
// --max-cost, when the answer is no, or when there is nobody to ask and no --yes.
// `can_be_planned`: something is to be applied, so that a plan can be advised.
void check_safeguards(Session& session, const std::vector<std::string>& tables, bool can_be_planned);

}  // namespace drift::cli
