// OutcomeTable: the rows of outcomes. They stand apart from the actions: 1,024 outcomes are then 3 pages to write and
// not 30, and a resumed run finds what is left without reading the queue. Images stand apart from both: they are large,
// and read by an undo alone. For one thread at a time.
//
// The digest is a sum over all rows, so a row that was changed, lost or added in a damaged file is noticed when the
// journal is opened: an unfinished action must never pass for a finished one.
#pragma once

#include "journal/records.hpp"
#include "journal/rows.hpp"
#include "journal/sqlite.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace drift::journal {

class OutcomeTable {
 public:
  explicit OutcomeTable(Database& database);

  static constexpr std::size_t states = static_cast<std::size_t>(ActionState::sent) + 1;

  // What the rows add up to.
  struct Sums {
    std::array<std::uint64_t, states> of_state{};  // how many rows; not counted for `queued`
    std::uint64_t digest = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
  };

  // What decides whether an action is due, and was sent perhaps.
  struct Verdict {
    std::uint64_t sequence = 0;
    ActionState state = ActionState::queued;
    // The opening that wrote it, for an action that was certainly not executed then: a later one may have sent it
    // again.
    std::uint64_t generation = 0;
  };

  // Writes one outcome over the one before; `write_units` and throttled requests add up, an image stays unless there is
  // a new one. Keeps `sums` in step. Within a transaction.
  void record(const ActionOutcome& outcome, double write_units, std::uint64_t generation, Sums& sums);
  // The action has no outcome any more. Within a transaction.
  void erase(std::uint64_t sequence, Sums& sums);

  std::optional<ActionOutcome> find(std::uint64_t sequence);
  std::optional<Verdict> verdict(std::uint64_t sequence);
  // Empty: there is none. Throws Error for one that is lost or damaged.
  std::string image(std::uint64_t sequence);

  // Reads all rows: their sums. Moves `settled_prefix` to the last sequence up to which every action is settled; what
  // it is before holds.
  Sums add_up(std::uint64_t& settled_prefix);
  // The last sequence up to which every action is finished, `most` at most; those up to `from` are.
  std::uint64_t finished_up_to(std::uint64_t from, std::uint64_t most);
  // Deletes the rows of these actions, which are the first, with their images; `digest` forgets them. Throws Error
  // unless each was there and finished. Within a transaction.
  void trim(const Rows& rows, std::uint64_t& digest);

  // The verdicts from a sequence on, in order. One at a time.
  class Walk {
   public:
    Walk(OutcomeTable& outcomes, std::uint64_t first);
    ~Walk() { statement_->reset(); }
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;
    std::optional<Verdict> next();

   private:
    Statement* statement_;
  };

  // Up to `count` with one of these states, by sequence. Reads rows (0.1 s a million) until it has as many.
  std::vector<ActionOutcome> with_state(std::span<const ActionState> wanted, std::size_t count);

  // Nothing is left to do but perhaps to decide.
  static bool is_settled(ActionState state) noexcept;
  // Nothing is left to do, to decide or to try again.
  static bool is_finished(ActionState state) noexcept;

 private:
  struct Row {
    ActionOutcome outcome;
    std::uint64_t generation = 0;
    bool image = false;
  };
  static Row row_of(const Statement& statement);
  static std::uint64_t digest_of(const Row& row) noexcept;
  static void count(Sums& sums, const Row& row, bool in) noexcept;
  static void bind(Statement& statement, const Row& row);
  std::optional<Row> row(std::uint64_t sequence);
  void write_image(const ActionOutcome& outcome);

  Database* database_;
  Statement insert_;
  Statement update_;
  Statement delete_;
  Statement find_;
  Statement walk_;
  Statement with_state_;
  Statement insert_image_;
  Statement select_image_;
  Statement rows_up_to_;
  Statement trim_;
  Statement trim_images_;
};

}  // namespace drift::journal
