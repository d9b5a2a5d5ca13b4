// CallbackCaller: calls the migration's callback for an item and gives what it queued, complete, or one Error that
// names the item. One for each thread that calls back.
#pragma once

#include "migrate/action_collector.hpp"
#include "migrate/run_context.hpp"

#include <drift/item.hpp>

#include <string>
#include <vector>

namespace drift::migrate {

class CallbackCaller {
 public:
  explicit CallbackCaller(RunContext& run);

  // Throws Error, whatever the callback throws.
  std::vector<journal::ActionRecord> call(const Item& item);
  // In place of what a callback queued that failed within the error budget: that it is to be called again, and why.
  [[nodiscard]] std::vector<journal::ActionRecord> recall(const Item& item, std::string why) const;

 private:
  void call_user(const Item& item, Actions& actions);

  RunContext* run_;
  ActionCollector collector_;
};

}  // namespace drift::migrate
