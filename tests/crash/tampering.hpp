// What broken code would have left behind: changes of a journal or the run table between two lives.
#pragma once

#include "matrix.hpp"
#include "scenario.hpp"

#include <string>

namespace drift::testing::crash {

// The cursor stands at the table's end, and what the pages before it queued is not in the journal.
void commit_cursor_without_actions(Scenario& scenario);
// What was sent counts as not sent.
void forget_send_mark(Scenario& scenario);
// A run is ended before its first action, copied, gone on with and ended again; then the copy is in the place of its
// journal. `ignored`: the run table's generation is made to fit, as if nobody compared it. Gives what finishing says.
std::string older_copy(const MatrixOptions& options, const Point& scenario, bool ignored);

}  // namespace drift::testing::crash
