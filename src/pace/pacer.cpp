// Pacer: see the header.
#include "pace/pacer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace drift::pace {

namespace {

// How much one answer changes what the next requests of its table are thought to cost.
constexpr double estimate_weight = 0.05;
constexpr std::chrono::seconds standing_shown{1};

// What a partition takes at most (Developer Guide, "Burst and adaptive capacity").
constexpr double partition_units = 1'000;

// A key range is one of many in a partition, and of those that share it each is refused a part of what is too much; and
// what the application wants of one partition comes and goes faster than what it wants of the table. So down by more,
// and up again sooner. Tuned with bench/simulation_bench, its hot partitions.
constexpr AdaptiveSettings of_range{
    .cut = 0.5, .growth = 0.1, .growth_doubles = std::chrono::milliseconds(700), .growth_max = 0.45};

using Scope = Refusal::Scope;
using Kind = Pacer::Standing::Kind;

}  // namespace

Pacer::Pacer(std::string units, double estimate) : units_(std::move(units)), first_estimate_(estimate) {}

void Pacer::give(Resource& resource, double share_of, base::SteadyTime now) const {
  const bool is_share = rate_.kind == GivenRate::Kind::share;
  const double rate = is_share ? rate_.value * share_of : rate_.value;
  if (rate_.kind == GivenRate::Kind::none || rate <= 0) {
    resource.given.reset();
  } else if (resource.given) {
    resource.given->set_rate(rate, now);
  } else {
    resource.given.emplace(rate, now);
  }
}

Pacer::Table Pacer::add_table(TableCapacity capacity, base::SteadyTime now) {
  TableState& table = tables_.emplace_back();
  table.name = std::move(capacity.name);
  table.resource.capacity = capacity.units;
  table.estimate = first_estimate_;
  for (auto& [name, units] : capacity.indexes) {
    table.indexes.push_back({.name = std::move(name), .resource = {.capacity = units}});
  }
  set_rate(rate_, now);
  return tables_.size() - 1;
}

void Pacer::set_rate(GivenRate rate, base::SteadyTime now) {
  rate_ = rate;
  for (TableState& table : tables_) {
    give(table.resource, table.resource.capacity, now);
    for (Index& index : table.indexes) {
      if (rate.kind == GivenRate::Kind::share) {
        give(index.resource, index.resource.capacity, now);
      } else {
        index.resource.given.reset();  // the table's bounds their sum
      }
    }
  }
}

void Pacer::hold(Departure& departure, base::SteadyTime ready, Hold what, base::SteadyTime now) {
  if (ready <= now || ready <= departure.at) return;
  departure.at = ready;
  what.at = now;
  hold_ = what;
}

void Pacer::hold_table(Departure& departure, Table number, base::SteadyTime now) {
  TableState& table = tables_[number];
  const auto look = [&](Resource& resource, Hold what) {
    if (resource.given) {
      what.kind = Kind::given;
      what.rate = resource.given->rate();
      hold(departure, resource.given->ready_at(now), what, now);
    }
    if (resource.adaptive.limits()) {
      what.kind = Kind::refused;
      what.rate = resource.adaptive.rate();
      hold(departure, resource.adaptive.ready_at(now), what, now);
    }
  };
  look(table.resource, {.scope = Scope::table, .table = number});
  look(account_, {.scope = Scope::account, .table = number});
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    look(table.indexes[i].resource, {.scope = Scope::index, .table = number, .index = i});
  }
}

Pacer::Departure Pacer::next_departure(Table number, Range range, base::SteadyTime now) {
  Departure departure{.at = now};
  hold_table(departure, number, now);
  departure.whole_table = departure.at > now;
  TableState& table = tables_[number];
  if (departure.whole_table) return departure;
  if (const auto found = table.ranges.find(range); found != table.ranges.end() && found->second.limits()) {
    hold(departure, found->second.ready_at(now),
         {.kind = Kind::refused, .scope = Scope::key_range, .table = number, .rate = found->second.rate()}, now);
  }
  return departure;
}

double Pacer::rate(Table number) const {
  const Resource& resource = tables_[number].resource;
  const double found_out = resource.adaptive.rate();
  if (!resource.given) return found_out;
  return found_out > 0 ? std::min(found_out, resource.given->rate()) : resource.given->rate();
}

AdaptiveRate& Pacer::rate_of(TableState& table, Range range) {
  return table.ranges.try_emplace(range, of_range).first->second;
}

void Pacer::take(TableState& table, Range range, double units, base::SteadyTime now) {
  if (table.resource.given) table.resource.given->take(units, now);
  table.resource.adaptive.take(units, now);
  account_.adaptive.take(units, now);
  rate_of(table, range).take(units, now);
}

double Pacer::depart(Table number, Range range, base::SteadyTime now, std::optional<double> estimate) {
  TableState& table = tables_[number];
  const double units = estimate.value_or(table.estimate);
  take(table, range, units, now);
  under_way_ += units;
  ++requests_under_way_;
  return units;
}

// What is added up and taken away again leaves the rounding's remains: with nothing under way it is nothing.
void Pacer::came_back(double taken) noexcept { under_way_ = --requests_under_way_ == 0 ? 0 : under_way_ - taken; }

void Pacer::answered(Table number, Range range, double taken, const Consumed& consumed, base::SteadyTime now) {
  TableState& table = tables_[number];
  came_back(taken);
  take(table, range, consumed.units - taken, now);
  table.estimate += (consumed.units - table.estimate) * estimate_weight;
  table.resource.adaptive.consumed(consumed.units, now);
  account_.adaptive.consumed(consumed.units, now);
  for (const auto& [name, units] : consumed.indexes) {
    for (Index& index : table.indexes) {
      if (index.name != name) continue;
      if (index.resource.given) index.resource.given->take(units, now);
      index.resource.adaptive.take(units, now);
      index.resource.adaptive.consumed(units, now);
    }
  }
  rate_of(table, range).consumed(consumed.units, now);
}

void Pacer::refused(Table number, Range range, double taken, const Refusal& refusal, base::SteadyTime now) {
  TableState& table = tables_[number];
  came_back(taken);
  take(table, range, -taken, now);
  const auto [rate, known] = refusing(table, range, refusal);
  rate.refused(now, known);
  // It was tried all the same: if tries were free, there would be as many as there is room for in flight.
  rate.take(taken, now);
}

Pacer::Refusing Pacer::refusing(TableState& table, Range range, const Refusal& refusal) {
  switch (refusal.scope) {
    case Scope::key_range: {
      // Nobody knows how many ranges are in one partition; all of them may be.
      AdaptiveRate& rate = rate_of(table, range);
      const double partition = std::min(table.resource.capacity, partition_units);
      return {rate, partition / static_cast<double>(table.ranges.size())};
    }
    case Scope::account:
      return {account_.adaptive, 0};
    case Scope::index:
      for (Index& index : table.indexes) {
        if (index.name == refusal.index) return {index.resource.adaptive, index.resource.capacity};
      }
      break;
    case Scope::table:
      break;
  }
  return {table.resource.adaptive, table.resource.capacity};
}

void Pacer::ended(Table number, Range range, double taken, base::SteadyTime now) {
  came_back(taken);
  take(tables_[number], range, -taken, now);
}

std::string Pacer::rate_text(double rate) const {
  std::string text = std::to_string(std::llround(rate * 10));
  if (text.size() < 2) text.insert(0, "0");
  text.insert(text.size() - 1, ".");
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + ' ' + units_ + "/s";
}

Pacer::Standing Pacer::standing(base::SteadyTime now) const {
  if (hold_.kind == Kind::free || now - hold_.at > standing_shown) return {};
  const TableState& table = tables_[hold_.table];
  std::string whose = "table " + table.name;
  if (hold_.scope == Scope::index) whose = "index " + table.indexes[hold_.index].name + " of " + whose;
  Standing standing{.kind = hold_.kind};
  if (hold_.kind == Kind::given) {
    standing.reason = whose + ": at the rate that was given, " + rate_text(hold_.rate);
  } else if (hold_.scope == Scope::key_range) {
    standing.reason =
        "a key range of " + whose + " refuses more than about " + rate_text(hold_.rate) + "; the other ranges go on";
  } else if (hold_.scope == Scope::account) {
    standing.reason = "the account's quota refuses more than about " + rate_text(hold_.rate);
  } else {
    standing.reason = whose + " refuses more than about " + rate_text(hold_.rate);
  }
  return standing;
}

}  // namespace drift::pace
