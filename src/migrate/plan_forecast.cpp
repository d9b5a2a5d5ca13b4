// forecast: see the header.
#include "migrate/plan_forecast.hpp"

#include "migrate/plan_quotas.hpp"

#include <algorithm>
#include <vector>

namespace drift::migrate {

namespace {

constexpr double million = 1e6;

const char* action_text(journal::ActionKind kind) {
  switch (kind) {
    case journal::ActionKind::insert:
      return "insert";
    case journal::ActionKind::put:
      return "put";
    case journal::ActionKind::remove:
      return "remove";
    case journal::ActionKind::update:
    case journal::ActionKind::recall:
      break;
  }
  return "update";
}

// A table and those of its global indexes that are written.
std::vector<QuotaPart> written_parts(const PlanCounts::Written& written, const SampleScale& scale) {
  const TableDescription& table = written.table->description;
  std::vector<QuotaPart> parts;
  const auto add = [&](const IndexDescription* index, const PartSums& units, const BusiestKey& keys) {
    if (units.total() <= 0) return;
    parts.push_back({.table = table, .index = index, .units = Units::write, .amount = scale.of(units), .keys = &keys});
  };
  add(nullptr, written.units, written.key);
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].global) add(&table.indexes[i], written.indexes[i], written.index_keys[i]);
  }
  return parts;
}

// What is written to a table and to its indexes, and how long that takes.
Estimate add_writes(Plan& plan, const PlanCounts::Written& written, const SampleScale& scale, const Rate& rate) {
  std::vector<QuotaPart> parts = written_parts(written, scale);
  Estimate sum;
  for (const QuotaPart& part : parts) sum = plus(sum, part.amount);
  plan.write_units = plus(plan.write_units, sum);
  // Units a second are of the table together with its indexes.
  const bool together = rate.is_given() && !rate.is_share();
  Estimate slowest = together ? times(sum, 1 / rate.value()) : Estimate{};
  for (QuotaPart& part : parts) {
    part.of_all = part.amount.value / sum.value;
    const QuotaPace pace = bound_by_quotas(plan, part, rate);
    plan.writes.push_back({.table = part.table.name,
                           .index = part.index != nullptr ? part.index->name : "",
                           .write_units = part.amount,
                           .per_second = pace.per_second,
                           .bound = pace.bound});
    slowest = longest(slowest, times(part.amount, 1 / pace.per_second));
  }
  return slowest;
}

// The run scans all of the source. A sample has many small pages, each with a unit that was begun, so it is no measure;
// the source's size is. Reads that are not consistent take half (Developer Guide, "Read consistency").
Estimate scan_units(const Survey& survey, const ScanSource& scanned) {
  const double read_unit_bytes = scanned.consistent ? 4'096 : 8'192;
  const bool by_size = (survey.sampled || !survey.complete) && scanned.bytes_estimated > 0;
  const double units = by_size ? static_cast<double>(scanned.bytes_estimated) / read_unit_bytes : survey.read_units;
  return {.value = units, .low = units, .high = units};
}

}  // namespace

void forecast(Plan& plan, const PlanCounts::Sums& sums, const Survey& survey, const Scanned& scanned,
              const RunOptions& run) {
  const auto total = static_cast<double>(survey.items_estimated);
  const SampleScale scale = survey.sampled ? SampleScale(sums.items, survey.parts, total) : SampleScale();
  plan.matched = static_cast<std::uint64_t>(sums.matched.total());
  plan.matched_estimate = scale.of(sums.matched);
  if (survey.sampled && total > 0) plan.matched_estimate.high = std::min(plan.matched_estimate.high, total);
  for (const auto& [of, counted] : sums.actions) {
    plan.actions.push_back(
        {.table = of.first, .action = action_text(of.second), .seen = counted.seen, .count = scale.of(counted.sums)});
  }
  for (const auto& [_, written] : sums.written) {
    // Tables are written side by side.
    plan.apply_seconds = longest(plan.apply_seconds, add_writes(plan, written, scale, run.write_rate));
  }
  if (sums.marker_units.total() > 0) plan.marker_units = scale.of(sums.marker_units);
  plan.write_units = plus(plan.write_units, plan.marker_units);
  plan.writes_at_least = sums.at_least;
  plan.read_units = scan_units(survey, scanned.source);
  const QuotaPace reading = bound_by_quotas(
      plan,
      {.table = scanned.table, .index = scanned.source.global_index, .units = Units::read, .amount = plan.read_units},
      run.read_rate);
  plan.read_per_second = reading.per_second;
  plan.read_bound = reading.bound;
  plan.scan_seconds = times(plan.read_units, 1 / plan.read_per_second);
  plan.seconds = run.apply == Apply::streaming ? longest(plan.scan_seconds, plan.apply_seconds)
                                               : plus(plan.scan_seconds, plan.apply_seconds);
  plan.cost = plus(times(plan.read_units, run.prices.million_read_units / million),
                   times(plan.write_units, run.prices.million_write_units / million));
  if (sums.journal_bytes.total() > 0) plan.journal_bytes = scale.of(sums.journal_bytes);
}

}  // namespace drift::migrate
