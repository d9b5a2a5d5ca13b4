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

// What an account may have in a region (API reference, DescribeLimits). Those of the account are of what is provisioned
// for all of its tables together. Those of a table hold for one table, and for each of its global secondary indexes by
// itself: what may be provisioned, and on demand what it takes a second (Developer Guide, "Quotas in Amazon DynamoDB").
struct AccountQuotas {
  std::uint64_t account_read_units = 0;
  std::uint64_t account_write_units = 0;
  std::uint64_t table_read_units = 0;
  std::uint64_t table_write_units = 0;
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
  // Of an earlier plan (Plan::account), where several are made: DynamoDB answers DescribeLimits about once a minute.
  // Empty: it is asked for, once, and what is refused is not known.
  std::optional<AccountQuotas> account = {};
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

// What says how many units a second the run takes of a table or an index.
enum class PlannedBound : std::uint8_t {
  rate,         // the one that was given
  provisioned,  // what it is provisioned for
  on_demand,    // what it takes at once (WarmThroughput); where that is not said, what a new table takes
  maximum,      // its own maximum, of a table on demand (OnDemandThroughput)
  account,      // the account's quota for a table on demand (DescribeLimits)
  partition,    // one partition key, and so one partition
};

// What is written to a table, or to one of its global secondary indexes.
struct PlannedWrites {
  std::string table = {};
  std::string index = {};  // empty: the table itself, its local indexes included
  Estimate write_units = {};
  double per_second = 0;  // WCU: the rate that was given, or what it takes, where that is less
  PlannedBound bound = PlannedBound::rate;
};

// A bound on the units that a table, or one of its global secondary indexes, gives a second, and what the run is out
// for. All that are known of what it reads and writes are there, and one that is met holds the run back.
struct PlannedQuota {
  PlannedBound kind = PlannedBound::provisioned;  // none of `rate` and `on_demand`
  std::string table = {};
  std::string index = {};  // empty: the table itself
  bool writes = false;     // else reads
  double units = 0;        // RCU or WCU a second
  // Units a second by the rate that was given; without one, what is provisioned, or what a table on demand takes at
  // once. Of a partition: those that go to its key.
  double wanted = 0;
  bool met = false;       // `wanted` is above it, and no other bound there is met before
  Estimate seconds = {};  // that the reads or writes take by it alone
  // Of a partition: the partition key that at least `share` of the writes go to. There is one in the list only where a
  // key with 100 writes or more needs longer by itself than all writes would otherwise.
  Attributes key = {};
  double share = 1;
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
  std::uint64_t max_read_units = 0;                 // on demand, its own maximum a second; 0: none
  std::uint64_t max_write_units = 0;
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
  Estimate scan_seconds = {};    // at that rate; nothing but capacity and its quotas is counted
  Estimate apply_seconds = {};
  Estimate seconds = {};        // of the run; with Apply::streaming both go on at once
  Estimate cost = {};           // US dollars, by the prices
  Estimate journal_bytes = {};  // on disk

  std::vector<PlannedTable> tables = {};  // the scanned one first
  double read_units_consumed = 0;         // by the plan itself

  PlannedBound read_bound = PlannedBound::rate;  // of read_per_second
  std::vector<PlannedQuota> quotas = {};
  std::optional<AccountQuotas> account = {};  // empty: not known

  // True iff nothing was found that would keep the run from its end.
  [[nodiscard]] bool is_clean() const noexcept { return errors_total == 0 && problems_total == 0; }
};

// Calls `up` for every item of the migration's table, or for a sample, with a client that only reads: a callback that
// writes with it gets an Error (code "ReadOnly"), which is then one of the plan's, also where the callback catches it.
// Each callback sees the table as it is now: what migrations before it would change is not in it. Throws Error: code
// "ConfigError" for a migration without `up` or table or options out of range, and what a call to DynamoDB throws.
Plan plan(Client& client, const Migration& migration, const PlanOptions& options = {});

}  // namespace drift
