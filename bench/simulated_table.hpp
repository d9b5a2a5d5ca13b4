// SimulatedTable: the capacity of a DynamoDB table, and nothing else of it, in the time of a simulation (seconds).
//
// A table has a limit of capacity units a second. What it does not use it keeps for 300 s, its burst. Its partitions
// draw on the table, and each has a limit of its own, which no burst lifts: what a partition keeps is a second's worth.
// A write is executed when its partition and its table have what it costs, else it is refused and costs nothing.
//
// Items lie in the order of their keys' hashes: a partition has a share of that order, and a segment of a parallel scan
// an equal part of it, so partitions of different sizes have different numbers of segments, and ends within them.
//
// Foreground: the live application, which writes beside the run, one unit a request, at a rate that varies. What it is
// refused it sends again after 0.1 s. Its requests come from a seed and from nothing else: the same with and without a
// run. For one thread.
#pragma once

#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <vector>

namespace drift::bench {

struct PartitionPlan {
  double share = 1;  // of the items
  double limit = 1'000;
};

struct TablePlan {
  double limit = 1'000;
  double burst_at_start = 0;
  std::vector<PartitionPlan> partitions = {{}};
  // Another limit from then on.
  double changes_at = std::numeric_limits<double>::infinity();
  double changed_limit = 0;
};

// The rate is a sine, with more on top of it for a while now and then.
struct ForegroundPlan {
  double mean = 0;
  double swing = 0;
  double period = 60;
  double rush = 0;  // more units a second
  double rush_every = 60;
  double rush_seconds = 0;
  bool rush_is_hot = false;  // all of it goes to the first partition
};

// So many units a second, of which what is not used is kept for a while.
class Capacity {
 public:
  Capacity(double limit, double kept_seconds, double level)
      : limit_(limit), kept_seconds_(kept_seconds), level_(level) {}

  [[nodiscard]] bool has(double units, double now);
  void take(double units) { level_ -= units; }
  void set_limit(double limit, double now);

 private:
  double limit_;
  double kept_seconds_;
  double level_;
  double filled_ = 0;
};

class Foreground {
 public:
  struct Request {
    double time = 0;
    std::size_t partition = 0;
  };
  Foreground(const ForegroundPlan& plan, const TablePlan& table, std::uint64_t seed);

  // The next one; infinitely late when there is none.
  [[nodiscard]] const Request& next() const noexcept { return next_; }
  void pass();

 private:
  [[nodiscard]] bool is_rush(double time) const;
  [[nodiscard]] double rate(double time) const;

  const ForegroundPlan plan_;
  const TablePlan table_;
  base::Random random_;
  Request next_;
};

enum class Refusal : std::uint8_t { none, key_range, table };

// What became of the requests of one client.
struct Served {
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t refused_by_key_range = 0;  // of them

  void count(Refusal refusal) {
    ++requests;
    if (refusal != Refusal::none) ++refused;
    if (refusal == Refusal::key_range) ++refused_by_key_range;
  }
  [[nodiscard]] double refused_share() const {
    return requests == 0 ? 0 : static_cast<double>(refused) / static_cast<double>(requests);
  }
};

class SimulatedTable {
 public:
  SimulatedTable(const TablePlan& plan, const Foreground& foreground);

  // A write of the run. `now` never goes back.
  Refusal write(std::size_t partition, double units, double now);
  // Lets the foreground go on until then.
  void pass(double now);
  [[nodiscard]] const Served& foreground() const noexcept { return foreground_served_; }

 private:
  struct Later {
    bool operator()(const Foreground::Request& a, const Foreground::Request& b) const noexcept {
      return a.time > b.time;
    }
  };
  Refusal take(std::size_t partition, double units, double now);
  void serve_foreground(const Foreground::Request& request);

  const TablePlan plan_;
  bool changed_ = false;
  Capacity capacity_;
  std::vector<Capacity> partitions_;
  Foreground foreground_;
  std::priority_queue<Foreground::Request, std::vector<Foreground::Request>, Later> again_;
  Served foreground_served_;
};

// The partition of what lies at `place`, 0 up to and without 1, of the order of hashes.
std::size_t partition_at(const TablePlan& plan, double place);

// What a run has to write: of each partition, in units.
using WorkUnits = std::vector<double>;

// The least time in which any client can do the work and leave the foreground all that it asks for: by then the table's
// burst and limit, less the foreground, have come to the work, and so has each partition's limit to its own part.
double ideal_seconds(const TablePlan& plan, const WorkUnits& work, Foreground foreground);

}  // namespace drift::bench
