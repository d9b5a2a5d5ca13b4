// Migration: a number, a table, and the callback that is called once for each of the table's items.
#pragma once

#include <drift/actions.hpp>
#include <drift/item.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace drift {

// Called from `RunOptions::concurrency` threads at once. What it throws is reported with the item's key, and nothing is
// applied; with Apply::streaming nothing more.
using Callback = std::function<void(const Item& item, Actions& actions)>;

struct Migration {
  std::uint64_t number = 0;      // its row in the metadata table
  std::string table = {};        // the table that is scanned
  std::string description = {};  // for people
  Callback up = {};              // called by Migrator::run
  Callback down = {};            // called by Migrator::undo
  // Of the callbacks' code. An unfinished run of which something was sent is only gone on with by the same revision.
  // Empty: the build of the executable.
  std::string revision = {};
  // The attributes on which what the callbacks do depends. Empty: those that they look at.
  std::vector<std::string> reads = {};
  // Of the items that `up` is called for, a filter expression of Scan (Developer Guide, "Filter expressions for scan").
  // DynamoDB evaluates it, so the others are read and paid for, and not sent (a stamped run evaluates it itself). What
  // it is about is guarded as what the callback looks at. Empty: all items. `down` is called for all.
  Expression filter = {};
  // `up` is called for the items that are in this secondary index of the table, each once, also where its index key is
  // changed while the index is read; such an item may be missed, since it can move to where the index was read before.
  // The index has to project all attributes. A global one has no consistent reads, so an item may be seen as it was:
  // guards find that out, as they do of any change. A stamped run reads the table, and looks which items are in the
  // index. Empty: the table. `down` is called for all items of the table.
  std::string index = {};
  // Whether an item is as it should be once the migration is applied. Called by drift::verify, for every item.
  std::function<bool(const Item& item)> verify = {};
};

}  // namespace drift
