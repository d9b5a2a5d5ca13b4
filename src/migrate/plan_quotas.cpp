// Quotas: see the header.
#include "migrate/plan_quotas.hpp"

#include "migrate/sample_scale.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

// Developer Guide, "Best practices for designing and using partition keys effectively": of one partition, a second.
constexpr double partition_writes = 1'000;
// Fewer writes of one key are no pattern, and are done within a moment.
constexpr std::uint64_t key_writes_min = 100;

// Units a second that the run is out for.
double wanted(const QuotaPart& part, const Capacity& capacity, const Rate& rate) {
  if (!rate.is_given()) return capacity.provisioned > 0 ? capacity.provisioned : capacity.on_demand;
  return rate.is_share() ? rate.value() * capacity.taken() : rate.value() * part.of_all;
}

PlannedQuota quota(const QuotaPart& part, PlannedBound kind, double units, double wanted) {
  return {.kind = kind,
          .table = part.table.name,
          .index = part.index != nullptr ? part.index->name : "",
          .writes = part.units == Units::write,
          .units = units,
          .wanted = wanted,
          .seconds = times(part.amount, 1 / units)};
}

std::vector<PlannedQuota> quotas_of(const Plan& plan, const QuotaPart& part, const Capacity& capacity, double wanted) {
  std::vector<PlannedQuota> quotas;
  const auto add = [&](PlannedBound kind, double units) {
    if (units > 0) quotas.push_back(quota(part, kind, units, wanted));
  };
  add(PlannedBound::provisioned, capacity.provisioned);
  if (!part.table.on_demand) return quotas;
  add(PlannedBound::maximum, capacity.maximum);
  if (plan.account) {
    add(PlannedBound::account, static_cast<double>(part.units == Units::write ? plan.account->table_write_units
                                                                              : plan.account->table_read_units));
  }
  return quotas;
}

// The busiest key, where it holds up all others.
void add_partition(std::vector<PlannedQuota>& quotas, const QuotaPart& part, double part_per_second) {
  if (part.keys == nullptr) return;
  const BusiestKey::Found busiest = part.keys->found();
  if (busiest.writes < key_writes_min) return;
  const double share = busiest.units / part.keys->total();
  if (share * part_per_second <= partition_writes) return;
  PlannedQuota added = quota(part, PlannedBound::partition, partition_writes, share * part_per_second);
  added.seconds = times(added.seconds, share);
  added.key = attributes_from_json(busiest.key);
  added.share = share;
  quotas.push_back(std::move(added));
}

// Units a second of the whole part that the quota allows.
double allowed(const PlannedQuota& quota) { return quota.units / quota.share; }

}  // namespace

QuotaPace bound_by_quotas(Plan& plan, const QuotaPart& part, const Rate& rate) {
  const Capacity capacity = capacity_of(part.table, part.index, part.units);
  const double asked = wanted(part, capacity, rate);
  std::vector<PlannedQuota> quotas = quotas_of(plan, part, capacity, asked);
  const auto least = [&] {
    return std::min_element(quotas.begin(), quotas.end(),
                            [](const auto& a, const auto& b) { return allowed(a) < allowed(b); });
  };
  add_partition(quotas, part, quotas.empty() ? asked : std::min(asked, allowed(*least())));
  QuotaPace pace{.per_second = rate.is_given() && !rate.is_share() ? rate.value() : asked};
  if (!rate.is_given()) pace.bound = capacity.provisioned > 0 ? PlannedBound::provisioned : PlannedBound::on_demand;
  if (const auto tightest = least(); tightest != quotas.end() && allowed(*tightest) < asked) {
    tightest->met = true;
    pace = {.per_second = allowed(*tightest), .bound = tightest->kind};
  }
  std::move(quotas.begin(), quotas.end(), std::back_inserter(plan.quotas));
  return pace;
}

}  // namespace drift::migrate
