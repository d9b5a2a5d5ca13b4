// Journal: the durable record of one run, a SQLite file (WAL, synchronous=FULL). Every method that changes it is one
// transaction that is durable when the method returns; a crash leaves all of it or nothing. For one thread at a time;
// JournalWriter puts a thread and group commits in front of it.
//
// Files are 0600 in a directory 0700 and hold customers' data. One process at a time has a journal open, by a lock on
// "<file>.lock" that ends with the process.
//
// Every method throws drift::Error: "JournalLocked" (naming the pid that has it), "JournalDamaged", "JournalVersion",
// "DiskFull", "StateDirectory" (not writable, or on a network file system, where WAL is not supported), "JournalError".
#pragma once

#include "journal/records.hpp"
#include "journal/state_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace drift::journal {

// The machine below a journal; tests put their own here.
struct JournalOptions {
  FileSystemCheck network_file_system = journal::network_file_system;
  std::string vfs = {};    // the name of a registered SQLite VFS; empty: SQLite's own
  bool look_only = false;  // a person looks at it: no generation is counted, everything that would change it throws
  // This may be a restored copy: from this opening on, pending() takes every action that was unfinished at that moment
  // for maybe sent. Durable with the opening itself: the next one would find nothing wrong.
  bool distrusted = false;
};

class Journal {
 public:
  // Creates directory and file; a crash leaves all of the file or nothing under its name. Throws when the file exists.
  static std::unique_ptr<Journal> create(const std::filesystem::path& file, const RunHeader& header,
                                         const JournalOptions& options = {});
  // Opens an existing one, and reads through its outcomes (0.2 s a million) to see that none is lost or damaged. Throws
  // when it does not exist; "DiskFull" when its generation cannot be counted, which a look needs not.
  static std::unique_ptr<Journal> open(const std::filesystem::path& file, const JournalOptions& options = {});
  // Closes it. It is durable without that.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  [[nodiscard]] const RunHeader& header() const noexcept;
  [[nodiscard]] const std::filesystem::path& file() const noexcept;
  [[nodiscard]] RunPhase phase() const noexcept;
  [[nodiscard]] Totals totals() const noexcept;
  [[nodiscard]] std::vector<Cursor> cursors() const;

  // Appends the pages' actions to the queue, moves their cursors and adds to the totals, all in one transaction. Fills
  // in sequence, group and segment.
  void append_pages(std::span<PageRecord> pages) { write(pages, {}); }
  // An action's last outcome replaces the one before, in the totals too; units and throttled requests add up, because
  // they were consumed. `queued` puts an action back into the queue. Throws for an action that was never queued.
  void record(std::span<const ActionOutcome> outcomes) { write({}, outcomes); }
  // Both in one transaction, the pages first; and the send mark is moved up to `send_mark`.
  void write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes, std::uint64_t send_mark = 0);
  void set_phase(RunPhase phase);

  // Actions without a settled outcome, in the order of their places, from the first one with a place above `after`: at
  // least one whole group, then further whole groups while they fit `count` and `bytes_max` (bytes()); none for a count
  // of 0. A group's actions are never parted. in_doubt is settled here: it waits for a decision.
  //
  // `maybe_sent` is set where an opening before this one may have sent the action and did not live to say so: its place
  // is at or below that opening's send mark, and it has no outcome since; or it was `sent`. Never for what this opening
  // itself has sent: who did knows. So "failed", "quarantined" and "queued" hold until a later opening's mark has
  // passed the action; who sends it again in the opening that wrote them has to end in order.
  std::vector<ActionRecord> pending(std::uint64_t after, std::size_t count, std::size_t bytes_max);
  // Up to `count` outcomes that are failed, in doubt or quarantined, or only the ones in the state `only`, with their
  // actions.
  std::vector<std::pair<ActionRecord, ActionOutcome>> troubles(std::size_t count,
                                                               std::optional<ActionState> only = std::nullopt);

  // The send mark of this opening, 0 at first: actions with a place up to it may have been sent. Durable before any of
  // them leaves; it never moves back. What is queued by a later opening was not sent by this one, however far it is.
  // What is sent again after a crash or a failure is marked again: that an earlier opening marked it says nothing of
  // this one.
  void move_send_mark(std::uint64_t place) { write({}, {}, place); }
  [[nodiscard]] std::uint64_t send_mark() const noexcept;
  // Whether this opening or one before may have sent anything: a mark was moved, or the journal is distrusted.
  [[nodiscard]] bool may_have_sent() const noexcept;
  // Counts the openings of this journal, this one included: 1 when it was created. Durable when open() returns.
  [[nodiscard]] std::uint64_t generation() const noexcept;

  // A group's actions in their order (replaced ones are left out), each with its last outcome (`queued` without one).
  std::vector<std::pair<ActionRecord, ActionOutcome>> group(std::uint64_t group);
  // One transaction: the group's unsettled actions become `rest`, at the same place of the order and of the same
  // segment; conflicts_resolved grows by one. Rows that are left over are `replaced`; further ones are appended to the
  // queue, due where the group stands. Gives the new unsettled actions as pending() would (none of them is maybe sent:
  // the caller has awaited all).
  std::vector<ActionRecord> replace_rest(std::uint64_t group, std::vector<ActionRecord> rest);

  // For a run whose journal nobody reads afterwards: drops actions from the beginning of the queue, in one transaction,
  // so that the file's space is used again; up to 16,384 of them, or one group that is larger. Gives how many: 0 when
  // there is nothing to drop. Dropped are whole groups whose actions are all finished (done, skipped, gone, replaced),
  // up to the first group that is not, or has an action of the class `marker`, whose marker is yet to be removed.
  // Totals go on counting them, pending() and backwards() leave them out; group(), record(), replace_rest() and
  // before() throw for them.
  std::uint64_t trim();

  // True iff an action of this kind was ever queued.
  [[nodiscard]] bool has(RepeatKind repeat);
  // The tables that actions were ever queued for, by the names that they have there.
  [[nodiscard]] std::vector<std::string> tables();
  // The image before an action as record() had it last; empty: none.
  std::string before(std::uint64_t sequence);
  // Actions with a place below `before`, in the reverse of the order in which they are due, with their outcomes, for an
  // undo: whole groups as pending() gives them, replaced actions too. The next call goes on below the last one's place.
  std::vector<std::pair<ActionRecord, ActionOutcome>> backwards(std::uint64_t before, std::size_t count,
                                                                std::size_t bytes_max);

  // Closes and renames the files, on the same file system; a journal of that name that nobody has open is replaced. A
  // crash leaves it whole under one of the names.
  static void move(std::unique_ptr<Journal> journal, const std::filesystem::path& to);
  // Closes and deletes the files.
  static void remove(std::unique_ptr<Journal> journal);
  // Deletes the files of a journal that nobody has open, under its lock and whatever is in them: nothing is read or
  // counted. Does nothing where there is none.
  static void remove(const std::filesystem::path& file);

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace drift::journal
