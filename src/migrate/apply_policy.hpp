// ApplyPolicy: how an action becomes a request, and its answer an outcome. The applier asks it and decides neither
// itself, so that what makes a write safe (conditions, markers, stamps) has one place. Called on the loop only.
#pragma once

#include "client/core.hpp"
#include "journal/records.hpp"

#include <drift/error.hpp>

#include <memory>
#include <optional>
#include <string>

namespace drift::migrate {

struct PreparedWrite {
  const client::Operation* operation = nullptr;
  std::string body = {};
};

struct Verdict {
  journal::ActionState state = journal::ActionState::done;
  std::optional<Error> error = {};  // for failed and in_doubt
  double write_units = 0;
};

class ApplyPolicy {
 public:
  ApplyPolicy() = default;
  ApplyPolicy(const ApplyPolicy&) = delete;
  ApplyPolicy& operator=(const ApplyPolicy&) = delete;
  virtual ~ApplyPolicy() = default;

  virtual PreparedWrite prepare(const journal::ActionRecord& action) = 0;
  virtual Verdict judge(const journal::ActionRecord& action, const client::CallResult& result) = 0;
};

// Each action as it was queued, under the caller's own condition alone.
std::unique_ptr<ApplyPolicy> make_plain_policy();

}  // namespace drift::migrate
