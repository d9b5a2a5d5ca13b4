// RunContext: what the phases of one run share. Owned by Run, which outlives them.
#pragma once

#include "client/core.hpp"
#include "journal/journal_writer.hpp"
#include "migrate/counters.hpp"
#include "migrate/error_log.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/migration.hpp>
#include <drift/run_options.hpp>
#include <drift/table.hpp>

#include <memory>
#include <stop_token>
#include <utility>

namespace drift::migrate {

struct RunContext {
  Client& client;
  const RunOptions& options;
  Callback callback;  // up or down
  TableCatalog& catalog;
  std::shared_ptr<const CatalogTable> table;
  std::shared_ptr<const KeySchema> key;
  journal::JournalWriter& journal;
  Counters& counters;
  ErrorLog& errors;
  // Requested when the phase has to end before its work is done: a stop, a fatal error, the first error where the
  // options say so.
  std::stop_source halt = {};

  [[nodiscard]] client::ClientCore& core() const noexcept { return client.core(); }
  [[nodiscard]] bool halted() const noexcept { return halt.stop_requested(); }
  // An error after which the run cannot go on.
  void fail(const Error& error) {
    errors.add(error);
    halt.request_stop();
  }
};

}  // namespace drift::migrate
