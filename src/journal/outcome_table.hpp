// OutcomeTable: the rows of outcomes. They stand apart from the actions: 1,024 outcomes are then 3 pages to write and
// not 30, and a resumed run finds what is left without reading the queue. For one thread at a time.
//
// The digest is a sum over all rows, so a row that was changed, lost or added in a damaged file is noticed when the
// journal is opened: an unfinished action must never pass for a finished one.
#pragma once

#include "journal/records.hpp"
#include "journal/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace drift::journal {

class OutcomeTable {
 public:
  explicit OutcomeTable(Database& database);

  // What the rows add up to.
  struct Sums {
    std::uint64_t done = 0;
    std::uint64_t skipped = 0;
    std::uint64_t failed = 0;
    std::uint64_t in_doubt = 0;
    std::uint64_t digest = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
  };

  // Writes one outcome over the one before; `write_units` and throttled requests add up. Keeps `sums` in step. Within a
  // transaction.
  void record(const ActionOutcome& outcome, double write_units, Sums& sums);

  // Reads all rows: their sums, and the last sequence up to which every action is settled.
  Sums add_up(std::uint64_t& settled_prefix);

  // The settled actions (done, skipped, in doubt) from a sequence on, in order. One at a time.
  class Walk {
   public:
    Walk(OutcomeTable& outcomes, std::uint64_t first);
    ~Walk() { statement_->reset(); }
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;
    std::optional<std::uint64_t> next();

   private:
    Statement* statement_;
  };

  // Up to `count` with a state from `first` to `last`, by sequence. Reads rows (0.1 s a million) until it has as many.
  std::vector<ActionOutcome> with_state(ActionState first, ActionState last, std::size_t count);

  static bool is_settled(ActionState state) noexcept;

 private:
  std::optional<ActionOutcome> find(std::uint64_t sequence);

  Database* database_;
  Statement insert_;
  Statement update_;
  Statement find_;
  Statement settled_;
  Statement with_state_;
};

}  // namespace drift::journal
