// forecast: from what a plan has counted to what the run will take: capacity, time, money, disk. A function without
// state.
#pragma once

#include "migrate/plan_counts.hpp"
#include "migrate/survey.hpp"

#include <drift/plan.hpp>
#include <drift/table.hpp>

namespace drift::migrate {

// What a run scans.
struct Scanned {
  const TableDescription& table;
  const ScanSource& source;  // of its items
};

// Fills in all numbers of the plan but the totals of its lists, and its quotas; `account` is there before.
void forecast(Plan& plan, const PlanCounts::Sums& sums, const Survey& survey, const Scanned& scanned,
              const RunOptions& run);

}  // namespace drift::migrate
