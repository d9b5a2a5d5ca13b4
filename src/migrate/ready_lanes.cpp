// ReadyLanes: see the header.
#include "migrate/ready_lanes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace drift::migrate {

namespace {

// Of items that were not scanned.
constexpr std::size_t hashed_lanes = 64;

}  // namespace

ReadyLanes::Entry ReadyLanes::entry_of(const Job& job) {
  return {.place = job->action.place, .sequence = job->action.sequence, .job = job};
}

bool ReadyLanes::is_before(const Entry& a, const Entry& b) noexcept {
  return std::tie(a.place, a.sequence) < std::tie(b.place, b.sequence);
}

bool ReadyLanes::LaneInOrder::operator()(const Lane* a, const Lane* b) const noexcept {
  if (a->turn != b->turn) return a->turn < b->turn;
  return a != b && is_before(a->jobs.front(), b->jobs.front());
}

ReadyLanes::ReadyLanes(pace::Pacer& pacer, TableNumber table_number, MayShare may_share, std::string scanned_table)
    : pacer_(pacer),
      table_number_(std::move(table_number)),
      may_share_(std::move(may_share)),
      scanned_table_(std::move(scanned_table)) {}

ReadyLanes::Lane& ReadyLanes::lane_of(const ApplyJob& job) {
  const journal::ActionRecord& action = job.action;
  const bool is_shared = may_share_(job);
  Tables& tables = tables_[is_shared ? 1 : 0];
  auto table = tables.find(action.table);
  if (table == tables.end()) {
    table = tables.try_emplace(action.table).first;
    table->second.number = table_number_(action.table);
  }
  const pace::Pacer::Range range =
      action.scanned_item && action.table == scanned_table_
          ? action.segment
          : (std::hash<std::string>{}(action.key) % hashed_lanes) | (std::uint64_t{1} << 32U);
  Lane& lane = table->second.lanes[range];
  lane.table = table->second.number;
  lane.range = range;
  lane.is_shared = is_shared;
  lane.owner = &table->second;
  return lane;
}

void ReadyLanes::insert(const Job& job) {
  if (job->is_ready) return;
  job->lane = &lane_of(*job);
  auto& lane = static_cast<Lane&>(*job->lane);
  auto& open = lane.owner->open;
  Entry entry = entry_of(job);
  const auto at = lane.jobs.empty() || is_before(lane.jobs.back(), entry)
                      ? lane.jobs.end()
                      : std::lower_bound(lane.jobs.begin(), lane.jobs.end(), entry, is_before);
  const bool is_first = at == lane.jobs.begin();
  if (is_first && !lane.is_held && !lane.jobs.empty()) open.erase(&lane);  // its place changes
  lane.jobs.insert(at, std::move(entry));
  if (!lane.is_held) ++lane.owner->open_jobs;
  if (is_first && !lane.is_held) open.insert(&lane);
  job->is_ready = true;
  ++size_;
}

void ReadyLanes::erase(const Job& job) {
  if (!job->is_ready) return;
  auto& lane = static_cast<Lane&>(*job->lane);
  auto& open = lane.owner->open;
  const bool is_open = !lane.is_held;
  auto place = is_open ? open.extract(&lane) : decltype(open.extract(&lane)){};  // it changes
  lane.jobs.erase(std::lower_bound(lane.jobs.begin(), lane.jobs.end(), entry_of(job), is_before));
  if (is_open) --lane.owner->open_jobs;
  if (lane.owner->last_turn) lane.turn = ++*lane.owner->last_turn;
  if (is_open && !lane.jobs.empty()) open.insert(std::move(place));
  job->is_ready = false;
  --size_;
}

void ReadyLanes::open_due(TableLanes& table, base::SteadyTime now) {
  while (!table.held.empty() && table.held.begin()->first <= now) {
    Lane* lane = table.held.begin()->second;
    table.held.erase(table.held.begin());
    lane->is_held = false;
    table.open_jobs += lane->jobs.size();
    if (!lane->jobs.empty()) table.open.insert(lane);
  }
}

ReadyLanes::Job ReadyLanes::next_of(TableLanes& table, base::SteadyTime now) {
  open_due(table, now);
  while (!table.open.empty() && table.held_until <= now) {
    Lane* lane = *table.open.begin();
    const auto departure = pacer_.next_departure(table.number, lane->range, now);
    if (departure.at <= now) return lane->jobs.front().job;
    if (departure.whole_table) {
      table.held_until = departure.at;
    } else {
      if (!table.last_turn) table.last_turn = 0;
      table.open.erase(table.open.begin());
      lane->is_held = true;
      table.open_jobs -= lane->jobs.size();
      table.held.emplace(departure.at, lane);
    }
  }
  return nullptr;
}

ReadyLanes::Open ReadyLanes::open(base::SteadyTime now) const {
  const auto jobs_of = [now](const Tables& tables) {
    std::size_t jobs = 0;
    for (const auto& [name, table] : tables) {
      if (table.held_until <= now) jobs += table.open_jobs;
    }
    return jobs;
  };
  return {.alone = jobs_of(tables_[0]), .shared = jobs_of(tables_[1])};
}

ReadyLanes::Job ReadyLanes::next(base::SteadyTime now) {
  Job first;
  for (Tables& tables : tables_) {
    for (auto& [name, table] : tables) {
      Job job = next_of(table, now);
      if (job && (!first || is_before(entry_of(job), entry_of(first)))) first = std::move(job);
    }
  }
  return first;
}

ReadyLanes::Job ReadyLanes::next_beside(const ApplyJob& job, base::SteadyTime now) {
  return next_of(*static_cast<Lane&>(*job.lane).owner, now);
}

std::optional<base::SteadyTime> ReadyLanes::next_moment() const {
  std::optional<base::SteadyTime> moment;
  const auto take = [&](base::SteadyTime at) { moment = std::min(moment.value_or(at), at); };
  for (const Tables& tables : tables_) {
    for (const auto& [name, table] : tables) {
      if (!table.open.empty()) take(table.held_until);
      for (const auto& [at, lane] : table.held) {
        if (lane->jobs.empty()) continue;
        take(std::max(at, table.held_until));
        break;
      }
    }
  }
  return moment;
}

}  // namespace drift::migrate
