// JournalWriter: a thread in front of a Journal, with group commits: what is handed in within 5 ms, or 1,024 records,
// is committed together, and under load what came while the group before was written, up to 4,096; cursors of pages
// without actions are committed with the next commit, or after a second. So neither the network's loop nor a callback
// waits for the disk. All methods may be called from any thread.
//
// The first error of the journal ends all work: completions of what was handed in before and comes later get it,
// flush() and finish() throw it. Nothing that was not committed is reported as durable.
//
// A run whose journal nobody reads afterwards has the writer trim it (Journal::trim): once in a while, on its thread,
// when everything that was handed in is durable and reported.
//
// Handing in never waits, so nothing here bounds what is handed in: callers look at backlog() and hold back.
#pragma once

#include "base/clock.hpp"
#include "journal/journal.hpp"

#include <drift/error.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace drift::journal {

enum class Trimming : std::uint8_t { never, by_itself };

class JournalWriter {
 public:
  // Runs on the writer's thread when the work is durable, or has failed. It must not throw, and must not call flush(),
  // with_journal() or finish(), which would wait for themselves (they throw); it may hand in more.
  using Done = std::function<void(const std::optional<Error>&)>;
  using Fetched = std::function<void(std::vector<ActionRecord>, const std::optional<Error>&)>;

  explicit JournalWriter(std::unique_ptr<Journal> journal, Trimming trimming = Trimming::never,
                         base::Clock& clock = base::machine_clock());
  ~JournalWriter();  // commits what was handed in
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // Pages are appended in the order of the calls.
  void append_page(PageRecord page, Done done = {});
  void record(ActionOutcome outcome, Done done = {});
  // Moves the send mark; committed at once, since sending waits for it, together with what else was handed in. `done`
  // says when it is durable.
  void move_send_mark(std::uint64_t place, Done done);
  // Gives `work` the journal on the writer's thread, after everything handed in before is durable, and does not wait.
  // `done` gets what `work` threw, which does not end the writer.
  void call(std::function<void(Journal&)> work, Done done);
  // Journal::pending, after everything handed in before.
  void fetch(std::uint64_t after, std::size_t count, std::size_t bytes_max, Fetched fetched);

  // Records (actions, outcomes, and a page without actions as one) handed in and not yet durable, and their bytes.
  [[nodiscard]] std::size_t backlog() const noexcept;
  [[nodiscard]] std::size_t backlog_bytes() const noexcept;

  // Waits until everything handed in so far is durable; throws the journal's error.
  void flush();
  // flush(), then gives `work` the journal on the writer's thread, waits for it, and passes on what it throws. An
  // exception of `work` does not end the writer.
  void with_journal(const std::function<void(Journal&)>& work);
  // flush(), ends the thread, gives the journal back. Throws the journal's error; the journal is closed then. Nothing
  // may be handed in afterwards.
  std::unique_ptr<Journal> finish();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace drift::journal
