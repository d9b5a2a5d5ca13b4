// Error: the one exception of drift. It says what happened, to which item of which table, and what the caller can do
// about it: predicates rather than a tree of classes. Copies share their details and never throw.
#pragma once

#include <drift/value.hpp>

#include <exception>
#include <memory>
#include <string>

namespace drift {

class Error : public std::exception {
 public:
  struct Details {
    std::string code = {};     // DynamoDB's exception name without its prefix ("ValidationException"), or drift's own
    std::string message = {};  // a sentence for the person who reads it
    std::string request_id = {};  // as the server sent it, when one did
    std::string table = {};       // the table concerned, when there is one
    Attributes key = {};          // the primary key of the item concerned, when there is one
    std::string next_step = {};   // what to do next: a sentence or a command; empty when there is nothing to say
    bool retryable = false;
    bool in_doubt = false;
  };

  explicit Error(Details details);
  Error(std::string code, std::string message);

  // One line: code, message, table and key. Lives as long as any copy of this error.
  [[nodiscard]] const char* what() const noexcept override;
  [[nodiscard]] const std::string& code() const noexcept { return state_->details.code; }
  [[nodiscard]] const std::string& message() const noexcept { return state_->details.message; }
  [[nodiscard]] const std::string& request_id() const noexcept { return state_->details.request_id; }
  [[nodiscard]] const std::string& table() const noexcept { return state_->details.table; }
  [[nodiscard]] const Attributes& key() const noexcept { return state_->details.key; }
  [[nodiscard]] const std::string& next_step() const noexcept { return state_->details.next_step; }
  // True iff the same call may succeed later without a change by the caller (throttling, no network, a server fault),
  // and repeating it can do no harm: what was asked for was certainly not executed.
  [[nodiscard]] bool retryable() const noexcept { return state_->details.retryable; }
  // True iff a write was sent and its answer is not known: it may or may not have been executed.
  [[nodiscard]] bool in_doubt() const noexcept { return state_->details.in_doubt; }
  [[nodiscard]] const Details& details() const noexcept { return state_->details; }

 private:
  struct State {
    Details details;
    std::string what;
  };
  std::shared_ptr<const State> state_;
};

}  // namespace drift
