// forecast: from what a plan has counted to what the run will take: capacity, time, money, disk. A function without
// state.
#pragma once

#include "migrate/plan_counts.hpp"
#include "migrate/survey.hpp"

#include <drift/plan.hpp>

namespace drift::migrate {

// Fills in all numbers of the plan but the totals of its lists.
void forecast(Plan& plan, const PlanCounts::Sums& sums, const Survey& survey, const ScanSource& scanned,
              const RunOptions& run);

}  // namespace drift::migrate
