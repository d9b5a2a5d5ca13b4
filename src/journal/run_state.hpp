// RunState: what a journal keeps beside its queue - the run's header, phase, generation, totals and cursors. For one
// thread at a time.
#pragma once

#include "journal/outcome_table.hpp"
#include "journal/records.hpp"
#include "journal/send_marks.hpp"
#include "journal/sqlite.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace drift::journal {

// The row of totals: public totals, and what the journal itself counts by.
struct Counts {
  Totals totals;
  std::uint64_t groups = 0;     // also the last group's number; totals.queued is the last sequence
  std::uint64_t send_mark = 0;  // of this opening
  std::uint64_t outcomes_digest = 0;
  std::uint64_t cursors_digest = 0;
  std::uint64_t late_digest = 0;
  std::uint64_t seen_digest = 0;
  std::uint64_t trimmed = 0;  // the rows up to this sequence were finished, and are gone
};

class RunState {
 public:
  // Writes the first rows of a new journal. Within a transaction.
  static void create(Database& database, const RunHeader& header);
  // Reads everything. Throws Error when it is damaged.
  explicit RunState(Database& database);

  [[nodiscard]] const RunHeader& header() const noexcept { return header_; }
  [[nodiscard]] RunPhase phase() const noexcept { return situation_.phase; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return situation_.generation; }
  // Of the openings before this one.
  [[nodiscard]] const SendMarks& sent_before() const noexcept { return situation_.sent_before; }
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::vector<Cursor> cursors() const;

  // Each is a transaction.
  void set_phase(RunPhase phase);
  // A further opening: its send mark begins anew, the one found is kept in sent_before(); distrusted, all of the queue.
  void begin_generation(bool distrusted);
  // Whatever was not finished when this opening began may have been sent.

  using Cursors = std::map<std::uint32_t, Cursor>;
  // Within a transaction. What they wrote is known here when committed() follows.
  void write_cursors(const Cursors& moved, Counts& counts);
  void write_counts(const Counts& counts);
  void committed(const Counts& counts, const Cursors& moved = {});

 private:
  // What changes, of the texts.
  struct Situation {
    RunPhase phase = RunPhase::scanning;
    std::uint64_t generation = 0;
    SendMarks sent_before = {};
  };
  using Texts = std::map<std::string, std::string, std::less<>>;
  static Texts texts_of(const RunHeader& header, const Situation& situation);
  static void write(Statement& statement, const Texts& texts);
  void change(const Situation& situation, const Counts& counts);
  void read_texts();
  void read_counts();
  void read_cursors();

  Database* database_;
  Statement write_text_;
  Statement write_cursor_;
  Statement write_counts_;
  RunHeader header_;
  Situation situation_;
  Counts counts_;
  Cursors cursors_;
};

}  // namespace drift::journal
