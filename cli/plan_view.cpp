// The text of a plan: see the header. Each paragraph is a word in the first column and its lines in the second.
#include "cli/plan_view.hpp"

#include "cli/names.hpp"
#include "cli/numbers.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <set>
#include <utility>

namespace drift::cli {

namespace {

constexpr std::size_t problems_shown = 10;
constexpr std::size_t value_bytes_shown = 60;
constexpr std::size_t label_width = 11;

class Paper {
 public:
  explicit Paper(Console& console) : console_(console) {}

  // The first line of a paragraph has its label, the others none.
  void line(std::string_view label, std::string_view text) {
    std::string start = "  " + std::string(label == label_ ? "" : label);
    label_ = label;
    start.resize(std::max(start.size(), label_width + 2), ' ');
    console_.result(start + std::string(text));
  }
  [[nodiscard]] std::string colored(std::string_view text, Color color) const {
    return console_.colored(text, color, true);
  }

 private:
  Console& console_;
  std::string label_;
};

// To three digits, which is more than a sample knows.
double rounded(double number) {
  if (number < 1'000) return std::round(number);
  const double step = std::pow(10, std::floor(std::log10(number)) - 2);
  return std::round(number / step) * step;
}

bool is_exact(const Estimate& estimate) { return estimate.low == estimate.high; }

// "2,000", or "about 2,000 (1,900 to 2,100)".
template <typename Text>
std::string estimated(const Estimate& estimate, const Text& text) {
  if (is_exact(estimate)) return text(estimate.value);
  return "about " + text(rounded(estimate.value)) + " (" + text(rounded(estimate.low)) + " to " +
         text(rounded(estimate.high)) + ")";
}
std::string estimated(const Estimate& estimate) { return estimated(estimate, whole); }

std::string time_text(double seconds) {
  if (seconds < 1) return "under 1 s";
  return duration_text(std::chrono::seconds(std::llround(seconds)));
}

// Of the range the longest, since somebody waits for it.
std::string time_text(const Estimate& estimate) {
  if (time_text(estimate.low) == time_text(estimate.high)) return time_text(estimate.value);
  return time_text(estimate.low) + " to " + time_text(estimate.high);
}

std::string money_text(const Estimate& cost) {
  if (is_exact(cost) || dollars(cost.low) == dollars(cost.high)) return dollars(cost.value);
  return "about " + dollars(cost.value) + " (" + dollars(cost.low) + " to " + dollars(cost.high) + ")";
}

// As a person would write it, where the type can be seen from that.
std::string plain_text(const Value& value) {
  if (value.type() == Type::number) return value.as_number().text();
  if (value.type() == Type::string) return '"' + value.as_string() + '"';
  if (value.type() == Type::boolean) return value.as_bool() ? "true" : "false";
  return value.is_null() ? "null" : to_json(value);
}

std::string value_text(const Value& value) {
  std::string text = plain_text(value);
  for (char& c : text) c = static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  if (text.size() <= value_bytes_shown) return text;
  std::size_t end = value_bytes_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not within a character
  return text.substr(0, end) + "...";
}

void print_items(Paper& paper, const Plan& plan) {
  const PlannedTable& table = plan.tables.front();
  paper.line("table", table.name + " as it is now: about " + counted(table.items_estimated, "item") + ", " +
                          bytes_text(static_cast<double>(table.bytes_estimated)) + ", " +
                          (table.on_demand ? "on demand"
                                           : "provisioned for " + grouped(table.read_units) + " RCU/s and " +
                                                 grouped(table.write_units) + " WCU/s"));
  std::string seen = grouped(plan.items) + " looked at" + (plan.index.empty() ? "" : ", of the index " + plan.index);
  const std::string source = plan.index.empty() ? "table" : "index";
  if (plan.sampled) {
    seen += plan.items_estimated > 0
                ? ", a sample: numbers below are of the whole " + source + ", in brackets with 95 % confidence"
                : ", a sample; DynamoDB does not say yet how many there are: the numbers below are "
                  "of the sample alone";
  }
  paper.line("items", seen);
  if (!plan.complete)
    paper.line("items", paper.colored("stopped: the rest of the " + source + " is not in this", Color::yellow));
  paper.line("items", estimated(plan.matched_estimate) + (plan.matched_estimate.value == 1 ? " has" : " have") +
                          " something to do");
}

std::string action_text(const std::string& action, bool is_one) {
  const char* const more = is_one ? "" : "s";
  if (action == "remove") return std::string("removal") + more + " from";
  return action + more + (action == "update" ? " of" : " into");
}

void print_actions(Paper& paper, const Plan& plan) {
  for (const PlannedActions& actions : plan.actions) {
    paper.line("actions", estimated(actions.count) + " " + action_text(actions.action, actions.count.value == 1) + " " +
                              actions.table);
  }
  if (plan.actions.empty()) paper.line("actions", "none");
}

void print_change(Paper& paper, const Attributes& before, const Attributes& after) {
  std::set<std::string> names;
  for (const auto& [name, _] : before) names.insert(name);
  for (const auto& [name, _] : after) names.insert(name);
  for (const std::string& name : names) {
    const auto was = before.find(name);
    const auto is = after.find(name);
    if (was == before.end()) {
      paper.line("changes", paper.colored("  + " + name + "  " + value_text(is->second), Color::green));
    } else if (is == after.end()) {
      paper.line("changes", paper.colored("  - " + name + "  " + value_text(was->second), Color::red));
    } else if (!(was->second == is->second)) {
      paper.line("changes",
                 paper.colored("  ~ " + name + "  " + value_text(was->second) + "  ->  " + value_text(is->second),
                               Color::yellow));
    }
  }
}

void print_differences(Paper& paper, const Plan& plan) {
  for (const PlannedDifference& difference : plan.differences) {
    const std::string of = difference.table + "  " + to_json(difference.key);
    if (!difference.after) {
      paper.line("changes", of + "  is removed");
      continue;
    }
    paper.line("changes", of + (difference.before ? "" : "  is written"));
    print_change(paper, difference.before.value_or(difference.key), *difference.after);
  }
}

void print_problems(Paper& paper, const Plan& plan) {
  const std::string in_sample = plan.sampled ? " of the sample" : "";
  if (plan.problems_total > 0) {
    paper.line("problems",
               paper.colored(counted(plan.problems_total, "action") + in_sample + " would fail", Color::red));
  }
  for (std::size_t i = 0; i < std::min(plan.problems.size(), problems_shown); ++i) {
    const PlannedProblem& problem = plan.problems[i];
    paper.line("problems", "  " + problem.table + "  " + to_json(problem.key) + "  " + problem.what);
  }
  if (plan.errors_total == 0) return;
  paper.line("errors", paper.colored(counted(plan.errors_total, "callback") + in_sample +
                                         " threw; with one of them the run applies nothing",
                                     Color::red));
  for (std::size_t i = 0; i < std::min(plan.errors.size(), problems_shown); ++i) {
    paper.line("errors", std::string("  ") + plan.errors[i].what());
  }
}

void print_capacity(Paper& paper, const Plan& plan) {
  paper.line("reads",
             estimated(plan.read_units) + " RCU, the whole " + (plan.index.empty() ? "table" : "index") + " once");
  paper.line("writes", estimated(plan.write_units) + " WCU" +
                           (plan.writes_at_least ? ", at least: items are written that were not read" : ""));
  const bool apart = plan.writes.size() > 1 || plan.marker_units.value > 0;
  for (const PlannedWrites& writes : plan.writes) {
    if (!apart) break;
    paper.line("writes", "  " + estimated(writes.write_units) + "  " +
                             (writes.index.empty() ? "table " : "index " + writes.index + " of ") + writes.table);
  }
  if (plan.marker_units.value > 0) {
    paper.line("writes",
               "  " + estimated(plan.marker_units) + "  markers in the run table, for what is not repeatable");
  }
}

const char* bound_text(PlannedBound bound) {
  switch (bound) {
    case PlannedBound::provisioned:
      return "as provisioned";
    case PlannedBound::on_demand:
      return "as a table on demand takes";
    case PlannedBound::maximum:
      return "its own maximum";
    case PlannedBound::account:
      return "the account's quota for a table";
    case PlannedBound::partition:
      return "as its busiest key takes";
    case PlannedBound::rate:
      break;
  }
  return "as given";
}

// "4,000", or "0.25"
std::string units_text(double units) {
  constexpr double whole_from = 10;
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%.3g", units);
  return units < whole_from ? digits.data() : whole(units);
}

void print_time(Paper& paper, const Plan& plan) {
  paper.line("time", time_text(plan.seconds) + ", if capacity is what limits it");
  paper.line("time", "  " + time_text(plan.scan_seconds) + "  reading, at " + units_text(plan.read_per_second) +
                         " RCU/s, " + bound_text(plan.read_bound));
  if (plan.writes.empty()) return;
  const auto slowest = std::max_element(plan.writes.begin(), plan.writes.end(), [](const auto& a, const auto& b) {
    return a.write_units.value / a.per_second < b.write_units.value / b.per_second;
  });
  paper.line("time", "  " + time_text(plan.apply_seconds) + "  writing, at " + units_text(slowest->per_second) +
                         " WCU/s, " + bound_text(slowest->bound) +
                         (slowest->index.empty() ? "" : " (index " + slowest->index + ")"));
}

// "its own maximum is 1,000 WCU/s, less than the run's 8,000"
std::string quota_text(const PlannedQuota& quota, const Rate& given) {
  const std::string units = units_text(quota.units) + (quota.writes ? " WCU/s" : " RCU/s");
  const std::string wanted = units_text(quota.wanted);
  const std::string than = given.is_given() ? ", less than the run's " + wanted
                                            : ", less than the " + wanted + " that a table on demand takes";
  if (quota.kind == PlannedBound::partition) {
    return whole(100 * quota.share) + " % of its writes go to " + to_json(quota.key) + ", and a partition takes " +
           units;
  }
  if (quota.kind == PlannedBound::provisioned) return "it is provisioned for " + units + than;
  return (quota.kind == PlannedBound::maximum ? "its own maximum is " : "the account's quota for a table is ") + units +
         than;
}

// The quotas that hold the run back, and by how much.
void print_quotas(Paper& paper, const Plan& plan, const RunOptions& run) {
  for (const PlannedQuota& quota : plan.quotas) {
    const std::string takes = time_text(quota.seconds.value);
    const std::string otherwise = time_text(quota.seconds.value * quota.units / quota.wanted);
    if (!quota.met || takes == otherwise) continue;
    std::string text = quota.table;
    if (!quota.index.empty()) text.append(", index ").append(quota.index);
    text.append(": ").append(
        paper.colored(quota_text(quota, quota.writes ? run.write_rate : run.read_rate), Color::yellow));
    text.append(quota.writes ? "; writing takes " : "; reading takes ")
        .append(takes)
        .append(", not ")
        .append(otherwise);
    paper.line("beware", text);
  }
}

// A quota that nobody could be asked about, and that the run might meet.
void print_unknown_quota(Paper& paper, const Plan& plan) {
  // Of a table on demand, unless more was asked for (Developer Guide, "Quotas in Amazon DynamoDB").
  constexpr double default_quota = 40'000;
  if (plan.account) return;
  const auto is_on_demand = [&](const std::string& name) {
    return std::any_of(plan.tables.begin(), plan.tables.end(),
                       [&](const PlannedTable& table) { return table.name == name && table.on_demand; });
  };
  const bool reads = plan.tables.front().on_demand && plan.read_per_second > default_quota;
  const bool writes = std::any_of(plan.writes.begin(), plan.writes.end(), [&](const PlannedWrites& each) {
    return each.per_second > default_quota && is_on_demand(each.table);
  });
  if (!reads && !writes) return;
  paper.line("beware",
             "the account's quota for a table is not known: DescribeLimits was refused; unless it was raised it is " +
                 units_text(default_quota) + (writes ? " WCU/s" : " RCU/s") + ", less than the run's rate");
}

void print_money_and_disk(Paper& paper, const Plan& plan) {
  const bool on_demand = std::all_of(plan.tables.begin(), plan.tables.end(), [](const auto& t) { return t.on_demand; });
  paper.line("cost", money_text(plan.cost) +
                         (on_demand ? "" : ", by on-demand prices; what is provisioned is paid in any case"));
  if (plan.journal_bytes.value > 0) {
    paper.line("disk", estimated(plan.journal_bytes, [](double bytes) { return bytes_text(bytes); }) +
                           " for the run's journal");
  }
}

// What a person should know before the run, of one table that is written.
void print_outlook(Paper& paper, const PlannedTable& table, bool is_written) {
  constexpr std::string_view label = "beware";
  const std::string of = table.name + ": ";
  if (!table.point_in_time_recovery) {
    paper.line(label, of + "point-in-time recovery is not known: DescribeContinuousBackups was refused");
  } else if (!*table.point_in_time_recovery) {
    paper.line(label, of + paper.colored("point-in-time recovery is off", Color::yellow) +
                          "; an undo has only what the journal keeps");
  }
  if (!is_written) return;
  if (!table.stream) paper.line(label, of + "its stream is not known: DescribeTable was refused");
  if (table.stream && !table.stream->empty()) {
    paper.line(label, of + "its stream (" + *table.stream + ") gets a record of each write");
  }
  if (!table.replicas.empty()) {
    std::string regions;
    for (const std::string& region : table.replicas) regions += (regions.empty() ? "" : ", ") + region;
    paper.line(label, of + "each write goes to " + regions + " too, and is paid there again; replicas are not guarded");
  }
  if (!table.ttl_attribute) paper.line(label, of + "TTL is not known: DescribeTimeToLive was refused");
  if (table.ttl_attribute && !table.ttl_attribute->empty()) {
    paper.line(label,
               of + "items expire by " + *table.ttl_attribute + "; one that is gone when its turn comes is left alone");
  }
}

}  // namespace

void print_plan(Console& console, const KnownMigration& migration, const Plan& plan, const RunOptions& run) {
  Paper paper(console);
  const std::string& description = migration.migration.description;
  console.result(console.colored("plan", plan.is_clean() ? Color::green : Color::red, true) + "  " +
                 display_name(migration) +
                 (description.empty() || description == migration.name ? "" : ": " + description));
  print_items(paper, plan);
  print_actions(paper, plan);
  print_differences(paper, plan);
  print_problems(paper, plan);
  print_capacity(paper, plan);
  print_time(paper, plan);
  print_money_and_disk(paper, plan);
  print_quotas(paper, plan, run);
  print_unknown_quota(paper, plan);
  for (const PlannedTable& table : plan.tables) {
    const bool is_written = std::any_of(plan.actions.begin(), plan.actions.end(),
                                        [&](const PlannedActions& actions) { return actions.table == table.name; });
    print_outlook(paper, table, is_written);
  }
}

}  // namespace drift::cli
