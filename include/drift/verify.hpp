// verify: whether every item of a table is as a migration means to leave it. It reads only: no metadata table, no lease
// and no journal are needed, and credentials that may read the table are enough.
#pragma once

#include <drift/client.hpp>
#include <drift/error.hpp>
#include <drift/migration.hpp>
#include <drift/rate.hpp>
#include <drift/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace drift {

struct VerifyOptions {
  std::size_t concurrency = 8;  // calls of Migration::verify at once, 1 to 1,024
  std::uint32_t segments = 0;   // of the scan; 0: as many as a run would choose
  Rate read_rate = {};
  std::vector<Attributes> keys = {};  // only these items, those of them that there are; empty: the whole table
  std::stop_token stop = {};
  // After each page: items seen so far, and about how many there are (0: not known). Never called twice at once; must
  // not throw.
  std::function<void(std::uint64_t items, std::uint64_t items_estimated)> on_page = {};
};

struct Verification {
  std::uint64_t items = 0;            // that were looked at
  std::uint64_t differs = 0;          // for how many of them verify said false
  std::vector<Attributes> keys = {};  // of the first 100 of those
  std::uint64_t errors_total = 0;     // for how many verify threw
  std::vector<Error> errors = {};     // the first 100, each with its item's key
  double read_units = 0;              // RCU consumed
  bool complete = false;              // false: it was stopped

  // True iff every item was looked at and is as it should be.
  [[nodiscard]] bool holds() const noexcept { return complete && differs == 0 && errors_total == 0; }
};

// Calls Migration::verify for every item of the migration's table (or for `keys`), as consistent reads have it. An item
// that a live writer changes meanwhile is seen as it is before or after. Throws Error: code "ConfigError" for a
// migration without verify or without a table, and what a call to DynamoDB throws.
Verification verify(Client& client, const Migration& migration, const VerifyOptions& options = {});

}  // namespace drift
