// ApplyPolicy: what the answer to an action's request means, and so what happens next. The applier asks it and decides
// nothing of this itself, so that what makes a write safe has one place. Called on the loop only.
//
// The verdicts are those of the design: for a guard that failed (a) no item: gone; (b) certainly never executed: call
// again; (c) maybe sent, and the item is the expected result: done; (d) maybe sent, anything else: in doubt.
#pragma once

#include "client/capacity.hpp"
#include "client/core.hpp"
#include "journal/records.hpp"
#include "migrate/write_batch.hpp"
#include "migrate/write_request.hpp"

#include <drift/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drift::migrate {

struct Verdict {
  enum class Next : std::uint8_t {
    settle,      // `state` is the action's outcome
    send,        // it was not executed, or repeating it can do no harm
    look,        // it may have been executed: reading the item tells
    call_again,  // it was not executed, because the item changed: its callback has to see `item`
  };
  Next next = Next::settle;
  journal::ActionState state = journal::ActionState::done;
  std::optional<Error> error = {};    // for failed, quarantined and in_doubt
  std::string item = {};              // of call_again: DynamoDB JSON
  std::string before = {};            // of done: the item before the write, where it was asked for
  client::Consumption consumed = {};  // by a write
  double read_units = 0;              // by a look
  // A doubt was resolved by this answer.
  bool was_applied = false;
  bool was_not_applied = false;
};

// What the answer to a batch means.
struct BatchVerdict {
  enum class Next : std::uint8_t {
    parts,     // `parts` says what became of each
    as_alone,  // for each action what the same answer to its own request would mean
    singly,    // it was refused as a whole, and none was executed: each goes alone, so that an error names its own item
    look,      // any may have been executed: reading its item tells
  };
  Next next = Next::parts;
  std::vector<BatchPart> parts = {};
  bool are_forbidden = false;  // batches, for who signs the requests
};

// What is known of an action beside the answer.
struct Standing {
  bool maybe_sent = false;
  // The later actions of its callback on the same item that may have been sent too: a process that ended without a word
  // may have applied them one after the other.
  std::vector<const journal::ActionRecord*> later = {};
};

class ApplyPolicy {
 public:
  ApplyPolicy() = default;
  ApplyPolicy(const ApplyPolicy&) = delete;
  ApplyPolicy& operator=(const ApplyPolicy&) = delete;
  virtual ~ApplyPolicy() = default;

  // How an action begins: with its write, or with a look at its item.
  virtual Verdict::Next begin(const journal::ActionRecord& action, bool maybe_sent) = 0;
  virtual PreparedRequest write(const journal::ActionRecord& action) = 0;
  virtual Verdict judge(const journal::ActionRecord& action, const Standing& standing,
                        const client::CallResult& result) = 0;
  // Whether the action, when it is sent for the first time, may be a part of a batch (write_batch).
  virtual bool goes_in_batches(const journal::ActionRecord& action) = 0;
  virtual PreparedRequest write_batch(const BatchActions& actions) = 0;
  virtual BatchVerdict judge_batch(const BatchActions& actions, const client::CallResult& result) = 0;
  // Of the look (read_request).
  virtual Verdict judge_look(const journal::ActionRecord& action, const client::CallResult& result) = 0;
};

// True iff the error is the run's and not an action's: every other action would meet it too.
bool ends_the_run(const Error& error);

// The rules of the design. `can_call_again` is false for an undo from before-images, which has no callback: what was
// changed since is then quarantined.
std::unique_ptr<ApplyPolicy> make_exact_policy(WriteSettings settings, bool can_call_again);

}  // namespace drift::migrate
