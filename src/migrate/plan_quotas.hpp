// Quotas: what bounds the units that a run takes of a table or of one of its global indexes, and what of that it meets
// (Developer Guide, "Quotas in Amazon DynamoDB" and "Maximum throughput for on-demand tables"). Functions without
// state.
#pragma once

#include "migrate/busiest_key.hpp"
#include "migrate/table_capacity.hpp"

#include <drift/plan.hpp>
#include <drift/rate.hpp>
#include <drift/table.hpp>

namespace drift::migrate {

// A table, or a global index of it, as a run reads or writes it.
struct QuotaPart {
  const TableDescription& table;
  const IndexDescription* index = nullptr;  // null: the table itself
  Units units = Units::read;
  Estimate amount = {};              // units that the run takes in all
  double of_all = 1;                 // of what it takes of the table together with its indexes, this share
  const BusiestKey* keys = nullptr;  // of the writes; null: not known
};

struct QuotaPace {
  double per_second = 0;  // as PlannedWrites has it
  PlannedBound bound = PlannedBound::rate;
};

// Puts the part's quotas into the plan, and says how fast the part goes by the rate under them.
QuotaPace bound_by_quotas(Plan& plan, const QuotaPart& part, const Rate& rate);

}  // namespace drift::migrate
