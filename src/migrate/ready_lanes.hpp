// ReadyLanes: the jobs whose turn it is, by lane. A lane is a table and a range of its keys: what one range refuses
// holds back that range alone. DynamoDB tells nobody where its partitions end; the segment from which an item was
// scanned is a range of the same hash and stands for it. Items that were not scanned are spread over lanes by a hash of
// ours, so that one hot item holds back few others. What may go in one request with others has lanes of its own beside
// the others' of the same range.
//
// The lanes' first jobs leave in the queue's order, in which a page of one range follows a page of another: so the send
// mark is never far ahead. Once a range of a table was held back, its lanes take turns: a partition that is near its
// limit must not get a whole page at once, all that the table may take, while the others get nothing. For one thread.
#pragma once

#include "migrate/apply_job.hpp"
#include "pace/pacer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drift::migrate {

class ReadyLanes {
 public:
  using Job = std::shared_ptr<ApplyJob>;
  // A table's number in the pacer.
  using TableNumber = std::function<pace::Pacer::Table(std::string_view)>;

  // Whether a job may go in one request with others of its table; asked each time it is put in.
  using MayShare = std::function<bool(const ApplyJob&)>;

  ReadyLanes(pace::Pacer& pacer, TableNumber table_number, MayShare may_share, std::string scanned_table);

  // Does nothing for a job that is in already, or is not in.
  void insert(const Job& job);
  void erase(const Job& job);
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  // What there is to send now, as far as is known: jobs of tables and key ranges that are not held back.
  struct Open {
    std::size_t alone = 0;
    std::size_t shared = 0;  // may go together, in one request
  };
  [[nodiscard]] Open open(base::SteadyTime now) const;

  // The job that leaves next, of those that may leave now; null: none may before `next_moment`.
  Job next(base::SteadyTime now);
  // The same, of those that may go in one request with this one; which was put in, and may have been taken out.
  Job next_beside(const ApplyJob& job, base::SteadyTime now);
  // When to ask again, after next() gave null; empty: when there is another job.
  [[nodiscard]] std::optional<base::SteadyTime> next_moment() const;

 private:
  // A job with its place in the order, so that the jobs of a lane need not be looked at to compare them.
  struct Entry {
    std::uint64_t place = 0;
    std::uint64_t sequence = 0;
    Job job = {};
  };
  struct TableLanes;
  struct Lane : ApplyLane {
    TableLanes* owner = nullptr;
    std::deque<Entry> jobs;  // in their order; most come at its end and leave at its beginning
    bool is_held = false;
    std::uint64_t turn = 0;  // when it had one last
  };
  struct LaneInOrder {
    bool operator()(const Lane* a, const Lane* b) const noexcept;
  };
  struct TableLanes {
    pace::Pacer::Table number = 0;
    std::unordered_map<pace::Pacer::Range, Lane> lanes;
    std::size_t open_jobs = 0;          // of lanes that are not held back
    std::set<Lane*, LaneInOrder> open;  // with jobs, and not held back; by their turns and first jobs
    std::multimap<base::SteadyTime, Lane*> held;
    base::SteadyTime held_until = {};        // the whole table
    std::optional<std::uint64_t> last_turn;  // there is one since lanes take turns
  };

  static Entry entry_of(const Job& job);
  static bool is_before(const Entry& a, const Entry& b) noexcept;
  Lane& lane_of(const ApplyJob& job);
  static void open_due(TableLanes& table, base::SteadyTime now);
  Job next_of(TableLanes& table, base::SteadyTime now);

  pace::Pacer& pacer_;
  const TableNumber table_number_;
  const MayShare may_share_;
  const std::string scanned_table_;
  using Tables = std::map<std::string, TableLanes, std::less<>>;
  std::array<Tables, 2> tables_;  // of what goes alone, and of what may share a request
  std::size_t size_ = 0;
};

}  // namespace drift::migrate
