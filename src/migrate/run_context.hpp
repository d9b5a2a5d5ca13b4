// RunContext: what the phases of one run share. Owned by Run, which outlives them.
#pragma once

#include "client/core.hpp"
#include "journal/journal_writer.hpp"
#include "migrate/counters.hpp"
#include "migrate/error_log.hpp"
#include "migrate/item_filter.hpp"
#include "migrate/run_pace.hpp"
#include "migrate/scan_source.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/migration.hpp>
#include <drift/run_options.hpp>
#include <drift/table.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

class ActionStream;
class CallbackSlots;
class LeaseHolder;

struct RunContext {
  Client& client;
  const RunOptions& options;
  Callback callback;  // up or down
  const std::vector<std::string>& reads;
  std::shared_ptr<const ItemFilter> filter;  // null: all items
  const ScanSource& source;                  // of the items
  TableCatalog& catalog;
  std::shared_ptr<const CatalogTable> table;
  std::shared_ptr<const KeySchema> key;
  journal::JournalWriter& journal;
  Counters& counters;
  RunPace& pace;
  ErrorLog& errors;
  std::string stamp = {};  // the stamp's attribute; empty: an unstamped run
  std::filesystem::path state_directory = {};
  std::string ttl_attribute = {};             // where expired items are passed over; else empty
  const LeaseHolder* lease = nullptr;         // null: none is held
  std::vector<std::string>* notes = nullptr;  // of the report; the loop adds to them while execute() waits; null: none
  // Where actions are executed while the scan goes on (Apply::streaming); else null.
  std::shared_ptr<ActionStream> stream = {};
  std::shared_ptr<CallbackSlots> slots = {};  // of both then; else null
  // Requested when the phase has to end before its work is done: a stop, a fatal error, the first error where the
  // options say so.
  std::stop_source halt = {};

  [[nodiscard]] client::ClientCore& core() const noexcept { return client.core(); }
  [[nodiscard]] bool halted() const noexcept { return halt.stop_requested(); }
  // Whether callbacks and actions have failed more often than the options allow. A budget of none is about callbacks
  // alone: errors of actions are then all reported at the end.
  [[nodiscard]] bool over_budget() const noexcept {
    const std::uint64_t budget = options.max_errors;
    const std::uint64_t callbacks = counters.callback_errors;
    return budget == 0 ? callbacks > 0 : callbacks + counters.action_errors - counters.recall_errors > budget;
  }
  // Ends the run where the options say so; after an error was counted.
  void check_budget() const {
    const bool goes_on = options.max_errors == 0 && stream == nullptr;  // to report all errors
    if (options.fail_on_first_error || (!goes_on && over_budget())) halt.request_stop();
  }
  // An error after which the run cannot go on.
  void fail(const Error& error) {
    errors.add(error);
    halt.request_stop();
  }
};

}  // namespace drift::migrate
