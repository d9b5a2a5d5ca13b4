// RunOptions: how a run is carried out. Every member has a default that is safe.
#pragma once

#include <drift/actions.hpp>
#include <drift/controls.hpp>
#include <drift/progress.hpp>
#include <drift/rate.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace drift {

// US dollars for capacity: the on-demand price of us-east-1, standard table class, since November 2024.
struct Prices {
  double million_write_units = 0.625;
  double million_read_units = 0.125;
};

// When actions are executed.
enum class Apply : std::uint8_t {
  // When every callback has completed: with an error in a callback nothing is executed. The queue is on the disk until
  // then, about 0.1 to 0.7 KB an action.
  after_scan,
  // While the scan goes on, for tables whose queue would fill a disk: a page's actions are executed once its callbacks
  // have completed and its actions are durable. The scan waits where it is 50,000 actions or 64 MB ahead; without
  // `before_images` what is finished is dropped from the journal, whose size then does not grow with the table. An
  // error
  // in a callback (one more than `max_errors`) ends the run, which may have executed actions by then and can be gone on
  // with. A put or an insert into the scanned table, which the scan might come upon, and an action there on another
  // item
  // than the callback's are an Error (code "ValidationException") when they are queued.
  streaming,
};

struct RunOptions {
  // Callbacks running at once, 1 to 1,024. 1: one callback and one write at a time, in the order of the scan.
  std::size_t concurrency = 8;
  // True: the first error ends the run. False: everything that can go on does, and all errors are reported. Either way,
  // with an error in a callback no action is executed, unless `apply` is streaming.
  bool fail_on_first_error = false;
  // Of actions on the scanned item that name none themselves.
  Guard guard = Guard::unchanged;
  // Called about five times a second, never twice at once, and always a last time with the final counts. It must not
  // block for long and must not throw: an exception is ignored.
  std::function<void(const Progress&)> on_progress = {};
  // Ends the run within 2 s after the running callbacks have returned; it can be resumed by running it again.
  std::stop_token stop = {};
  // Not empty: a stamped run, exact without any "but" as long as the application keeps attributes that it does not
  // know. Each update of the scanned item and each put into the scanned table also sets the attribute
  // `<stamp>.<migration>.<epoch>` to [ordinal of the action, how many its callback queued]; all other actions have
  // markers. Such a run can be started again on another machine when its journal is gone, and consumers of the table's
  // stream can tell its writes. Migrator::sweep removes the stamps.
  std::string stamp = {};
  // True: what is not guarded by value is executed in one transaction with a marker, also where it could be repeated
  // without harm. About five times the capacity for small items.
  bool exact = false;
  // Callbacks and actions that may fail. 0: with an error in a callback nothing is applied (`apply` says what streaming
  // does then), and errors of actions do not end the run. Above: so many errors are gone on with, one more ends the
  // run. What failed is never recorded as applied: it is tried again when the migration is run again.
  std::uint64_t max_errors = 0;
  // How long to wait for another process that runs this migration; after that the outcome is `locked`. One that has
  // died on another machine is known to be gone after 30 s.
  std::chrono::milliseconds lock_timeout{60'000};
  // Whether the items are kept as they were before the migration, in its journal, for an undo without `down`. False
  // also lets plain puts and removes under Guard::none go 25 in a request.
  bool before_images = true;
  // Of the scan. 0: one for each 2 GB of the table, at least one for each callback that a core is there for, at most
  // 64; with concurrency 1 a single one. A run that is gone on with keeps those that it began with. At most 10,000.
  std::uint32_t segments = 0;
  // What the scan may consume, and what all writes may. Measured by what the answers say was consumed.
  Rate read_rate = {};
  Rate write_rate = {};
  // The run stops, and can be gone on with, before it consumes more than this, over all its resumptions: in US dollars
  // by `prices`, and in WCU. 0: no cap.
  double max_cost = 0;
  double max_write_units = 0;
  // 0: all. Else the run stops, and can be gone on with, once what so many items have queued is executed: to look at
  // them before the rest (Report::items). Not together with Apply::streaming (code "ConfigError").
  std::uint64_t items_max = 0;
  // A run that is gone on with keeps what it began with. Without effect on an undo that has no `down`.
  Apply apply = Apply::after_scan;
  // False: a migration that the metadata table has as applied is refused. True: it is executed again.
  bool allow_applied = false;
  // To pause and steer the run while it goes on.
  Controls controls = {};
  // A number attribute of the application's own optimistic locking. The guard `unchanged` is then that this number is
  // as the callback saw it, and each write increments it.
  std::string version = {};
  // True: no callback for items whose TTL has passed; DynamoDB deletes them within some days.
  bool skip_expired = false;
  Prices prices = {};  // of max_cost and Report::cost
};

}  // namespace drift
