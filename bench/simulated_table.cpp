// SimulatedTable: see the header.
#include "bench/simulated_table.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace drift::bench {
namespace {

constexpr double table_keeps_seconds = 300;
constexpr double partition_keeps_seconds = 1;
constexpr double foreground_waits_seconds = 0.1;

double limit_at(const TablePlan& plan, double time) { return time < plan.changes_at ? plan.limit : plan.changed_limit; }

}  // namespace

bool Capacity::has(double units, double now) {
  level_ = std::min(level_ + limit_ * (now - filled_), limit_ * kept_seconds_);
  filled_ = now;
  return level_ >= units;
}

void Capacity::set_limit(double limit, double now) {
  (void)has(0, now);  // fills it up with what it had until now
  limit_ = limit;
}

Foreground::Foreground(const ForegroundPlan& plan, const TablePlan& table, std::uint64_t seed)
    : plan_(plan), table_(table), random_(seed) {
  pass();
}

bool Foreground::is_rush(double time) const {
  return plan_.rush > 0 && std::fmod(time, plan_.rush_every) >= plan_.rush_every - plan_.rush_seconds;
}

double Foreground::rate(double time) const {
  return plan_.mean + plan_.swing * std::sin(2 * std::numbers::pi * time / plan_.period) +
         (is_rush(time) ? plan_.rush : 0);
}

// Requests that know nothing of one another: the times between them are exponential, thinned out where the rate is not
// at its highest.
void Foreground::pass() {
  const double highest = plan_.mean + plan_.swing + plan_.rush;
  if (highest <= 0) {
    next_.time = std::numeric_limits<double>::infinity();
    return;
  }
  do {
    next_.time -= std::log(1 - random_.unit()) / highest;
  } while (random_.unit() * highest >= rate(next_.time));
  const double place = random_.unit();
  const bool is_hot = plan_.rush_is_hot && is_rush(next_.time) && random_.unit() * rate(next_.time) < plan_.rush;
  next_.partition = is_hot ? 0 : partition_at(table_, place);
}

SimulatedTable::SimulatedTable(const TablePlan& plan, const Foreground& foreground)
    : plan_(plan), capacity_(plan.limit, table_keeps_seconds, plan.burst_at_start), foreground_(foreground) {
  for (const PartitionPlan& partition : plan.partitions) {
    partitions_.emplace_back(partition.limit, partition_keeps_seconds, partition.limit * partition_keeps_seconds);
  }
}

Refusal SimulatedTable::write(std::size_t partition, double units, double now) {
  pass(now);
  return take(partition, units, now);
}

void SimulatedTable::pass(double now) {
  while (true) {
    const bool is_new = again_.empty() || foreground_.next().time <= again_.top().time;
    const Foreground::Request next = is_new ? foreground_.next() : again_.top();
    if (next.time > now) return;
    if (is_new) {
      foreground_.pass();
    } else {
      again_.pop();
    }
    serve_foreground(next);
  }
}

void SimulatedTable::serve_foreground(const Foreground::Request& request) {
  const Refusal refusal = take(request.partition, 1, request.time);
  foreground_served_.count(refusal);
  if (refusal == Refusal::none) return;
  again_.push({.time = request.time + foreground_waits_seconds, .partition = request.partition});
}

Refusal SimulatedTable::take(std::size_t partition, double units, double now) {
  if (!changed_ && now >= plan_.changes_at) {
    capacity_.set_limit(plan_.changed_limit, plan_.changes_at);
    changed_ = true;
  }
  if (!partitions_[partition].has(units, now)) return Refusal::key_range;
  if (!capacity_.has(units, now)) return Refusal::table;
  partitions_[partition].take(units);
  capacity_.take(units);
  return Refusal::none;
}

std::size_t partition_at(const TablePlan& plan, double place) {
  std::size_t partition = 0;
  for (; partition + 1 < plan.partitions.size(); ++partition) {
    place -= plan.partitions[partition].share;
    if (place < 0) break;
  }
  return partition;
}

double ideal_seconds(const TablePlan& plan, const WorkUnits& work, Foreground foreground) {
  constexpr double step = 0.001;
  constexpr double none = -std::numeric_limits<double>::infinity();
  // What is left for the table and for each partition by itself; the table is the last.
  std::vector<double> left = work;
  left.push_back(std::accumulate(work.begin(), work.end(), 0.0) - plan.burst_at_start);
  for (std::size_t p = 0; p < work.size(); ++p) left[p] -= plan.partitions[p].limit * partition_keeps_seconds;
  for (std::uint64_t steps = 1;; ++steps) {
    const double time = static_cast<double>(steps) * step;
    for (std::size_t p = 0; p < work.size(); ++p) left[p] -= plan.partitions[p].limit * step;
    left.back() -= limit_at(plan, time) * step;
    for (; foreground.next().time <= time; foreground.pass()) {
      left[foreground.next().partition] += 1;
      left.back() += 1;
    }
    std::replace_if(
        left.begin(), left.end(), [](double units) { return units <= 0; }, none);
    if (*std::max_element(left.begin(), left.end()) == none) return time;
  }
}

}  // namespace drift::bench
