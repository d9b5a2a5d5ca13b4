// JournalWriter: a thread in front of a Journal, with group commits: what is handed in within 5 ms, or 1,024 records, is
// committed together; cursors of pages without actions are committed with the next commit, or after a second. So neither
// the network's loop nor a callback waits for the disk. All methods may be called from any thread.
//
// The first error of the journal ends all work: every later call's completion gets it.
#pragma once

#include "journal/journal.hpp"

#include <drift/error.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace drift::journal {

class JournalWriter {
 public:
  // Runs on the writer's thread when the work is durable, or has failed.
  using Done = std::function<void(const std::optional<Error>&)>;
  using Fetched = std::function<void(std::vector<ActionRecord>, const std::optional<Error>&)>;

  explicit JournalWriter(std::unique_ptr<Journal> journal);
  ~JournalWriter();  // commits what was handed in
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // Pages are appended in the order of the calls.
  void append_page(PageRecord page, Done done = {});
  void record(ActionOutcome outcome, Done done = {});
  // Journal::pending, after everything handed in before.
  void fetch(std::uint64_t after, std::size_t count, std::size_t bytes_max, Fetched fetched);

  // Waits until everything handed in so far is durable; throws the journal's error.
  void flush();
  // flush(), then gives `work` the journal on the writer's thread, waits for it, and passes on what it throws.
  void with_journal(const std::function<void(Journal&)>& work);
  // flush(), ends the thread, gives the journal back. Throws the journal's error.
  std::unique_ptr<Journal> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drift::journal
