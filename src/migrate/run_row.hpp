// The row of a run in the run table: a RunRecord as attributes and back. Pure functions.
#pragma once

#include <drift/progress.hpp>
#include <drift/run_record.hpp>
#include <drift/value.hpp>

namespace drift::migrate {

// All members but those that are empty, 0 or false. Without the key.
Attributes attributes_of(const RunRecord& record);
// What the row does not have is as in a RunRecord{}.
RunRecord record_of(const Attributes& row);
// The record's numbers become those of the run's progress.
void take_counts(RunRecord& record, const Progress& counts);

}  // namespace drift::migrate
