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
  std::string vfs = {};  // the name of a registered SQLite VFS; empty: SQLite's own
};

class Journal {
 public:
  // Creates directory and file; a crash leaves all of the file or nothing under its name. Throws when the file exists.
  static std::unique_ptr<Journal> create(const std::filesystem::path& file, const RunHeader& header,
                                         const JournalOptions& options = {});
  // Opens an existing one, and reads through its outcomes (0.2 s a million) to see that none is lost or damaged. Throws
  // when it does not exist.
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
  // in sequence and group.
  void append_pages(std::span<PageRecord> pages) { write(pages, {}); }
  // An action's last outcome replaces the one before, in the totals too; units and throttled requests add up, because
  // they were consumed. `queued` puts an action back into the queue. Throws for an action that was never queued.
  void record(std::span<const ActionOutcome> outcomes) { write({}, outcomes); }
  // Both in one transaction, the pages first.
  void write(std::span<PageRecord> pages, std::span<const ActionOutcome> outcomes);
  void set_phase(RunPhase phase);

  // Up to `count` actions with a sequence above `after` that are queued or failed, in order; fewer when their bytes()
  // reach `bytes_max` (always at least one).
  std::vector<ActionRecord> pending(std::uint64_t after, std::size_t count, std::size_t bytes_max);
  // Up to `count` outcomes that are failed or in doubt, or only the ones in `only` of these states, with their actions.
  std::vector<std::pair<ActionRecord, ActionOutcome>> troubles(std::size_t count,
                                                               std::optional<ActionState> only = std::nullopt);

  // While true (durable), unfinished actions may have been sent by a process that has ended without saying so.
  void set_sending(bool sending);
  [[nodiscard]] bool sending() const noexcept;

  // Closes and deletes the files.
  static void remove(std::unique_ptr<Journal> journal);

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace drift::journal
