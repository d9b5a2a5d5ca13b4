// plan: what a run of a migration would do, found out by calling its callbacks and writing nothing: no journal, no
// lease, no metadata table. Credentials that may read the table are enough.
#pragma once

#include <drift/client.hpp>
#include <drift/error.hpp>
#include <drift/migration.hpp>
#include <drift/run_options.hpp>
#include <drift/value.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drift {

// A number of the whole table. Of a sample: the best guess, and a range that holds the true number in about 95 of 100
// samples. When every item was looked at, all three are the same.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

struct PlanOptions {
  // As the run will be given them: guard, stamp, exact, version, rates, prices, before_images, apply, skip_expired.
  // `concurrency`, `segments`, `read_rate` and `stop` also hold for the plan itself; the others are of no effect.
  RunOptions run = {};
  std::uint64_t sample = 0;         // 0: every item. Else about so many, from places that lie evenly over the table
  std::size_t differences_max = 3;  // that are shown
  // After each page: items seen so far, and about how many there are (0: not known). Never called twice at once; must
  // not throw.
  std::function<void(std::uint64_t items, std::uint64_t items_estimated)> on_page = {};
};

struct PlannedActions {
  std::string table = {};
  std::string action = {};  // "update", "insert", "put", "remove"
  std::uint64_t seen = 0;
  Estimate count = {};
};

// What a callback would make of an item.
struct PlannedDifference {
  std::string table = {};
  Attributes key = {};
  std::optional<Attributes> before = {};  // empty: there is none, or it is of another table and was not read
  std::optional<Attributes> after = {};   // empty: it is removed
};

// An action that DynamoDB would refuse, or that could not be carried out as queued.
struct PlannedProblem {
  std::string table = {};
  Attributes key = {};
  std::string what = {};  // "the item would have 410,000 bytes; ..."
};

// What is written to a table, or to one of its global secondary indexes.
struct PlannedWrites {
  std::string table = {};
  std::string index = {};  // empty: the table itself, its local indexes included
  Estimate write_units = {};
  double per_second = 0;  // WCU that the run may consume, or that the table takes, a second
};

// What is known of a table that the run reads or writes. An empty optional: the credentials may not read it.
struct PlannedTable {
  std::string name = {};
  std::uint64_t items_estimated = 0;
  std::uint64_t bytes_estimated = 0;
  bool on_demand = false;
  std::uint64_t read_units = 0;  // provisioned
  std::uint64_t write_units = 0;
  std::vector<std::string> replicas = {};           // regions to which each write goes, and is paid, too
  std::optional<bool> point_in_time_recovery = {};  // on or off
  std::optional<std::string> stream = {};           // "NEW_IMAGE" and its like; "": off
  std::optional<std::string> ttl_attribute = {};    // "": items do not expire
};

struct Plan {
  std::string index = {};             // of the table, whose items are read; empty: the table's own
  std::uint64_t items = 0;            // that were looked at
  std::uint64_t items_estimated = 0;  // of what is read, by DynamoDB's count, about six hours old; 0: not known
  bool sampled = false;               // where items_estimated is not known either, estimates are of the sample alone
  bool complete = true;               // false: it was stopped

  std::uint64_t matched = 0;  // items for which something was queued
  Estimate matched_estimate = {};
  std::vector<PlannedActions> actions = {};  // by table and kind
  std::vector<PlannedDifference> differences = {};
  std::uint64_t problems_total = 0;
  std::vector<PlannedProblem> problems = {};  // the first 100
  std::uint64_t errors_total = 0;             // callbacks that threw; the run would apply nothing
  std::vector<Error> errors = {};             // the first 100, each with its item's key

  Estimate read_units = {};   // RCU of the run's scan
  Estimate write_units = {};  // WCU of all writes, with indexes and markers
  std::vector<PlannedWrites> writes = {};
  Estimate marker_units = {};    // of those: transactions' markers, in the run table
  bool writes_at_least = false;  // items of other tables are written whose size was not known
  double read_per_second = 0;    // RCU
  Estimate scan_seconds = {};    // at that rate; nothing but capacity is counted
  Estimate apply_seconds = {};
  Estimate seconds = {};        // of the run; with Apply::streaming both go on at once
  Estimate cost = {};           // US dollars, by the prices
  Estimate journal_bytes = {};  // on disk

  std::vector<PlannedTable> tables = {};  // the scanned one first
  double read_units_consumed = 0;         // by the plan itself

  // True iff nothing was found that would keep the run from its end.
  [[nodiscard]] bool is_clean() const noexcept { return errors_total == 0 && problems_total == 0; }
};

// Calls `up` for every item of the migration's table, or for a sample, with a client that only reads: a callback that
// writes with it gets an Error (code "ReadOnly"), which is then one of the plan's, also where the callback catches it.
// Each callback sees the table as it is now: what migrations before it would change is not in it. Throws Error: code
// "ConfigError" for a migration without `up` or table or options out of range, and what a call to DynamoDB throws.
Plan plan(Client& client, const Migration& migration, const PlanOptions& options = {});

}  // namespace drift
