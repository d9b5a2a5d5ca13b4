// Actions: what a callback queues. Nothing is sent when an action is queued: it is checked (expression syntax, missing
// and unused names and values, key attributes, DynamoDB's limits, an unknown table), written to the journal together
// with its page, and executed after every callback has completed (RunOptions::apply may say otherwise). A callback that
// throws queues nothing.
//
// An Actions belongs to one call of one callback and is not used after it returns; client() may be used from several
// callbacks at once.
#pragma once

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drift {

namespace migrate {
class ActionCollector;
}

// What must still be as the callback saw it when an action on the scanned item is executed. The check is a condition of
// the write itself and costs no capacity.
enum class Guard : std::uint8_t {
  // The item exists, and every guarded attribute is as the callback saw it, absence included. Guarded are the top-level
  // attributes that the callback looked at (`attributes()` and `json()` look at all; Migration::reads replaces the
  // recording) and those that the expression reads or writes; for put and remove all that the item has. When a live
  // writer was first, the callback is called again on the item as it is then.
  unchanged,
  exists,  // the item exists: what was deleted stays deleted, all else is overwritten
  none,    // nothing: a deleted item is created again
};

// UpdateItem.
struct Update {
  Attributes key = {};          // empty: the scanned item
  std::string expression = {};  // an update expression: "SET a = :v REMOVE b"
  Attributes values = {};       // {{":v", 1}}
  Names names = {};             // {{"#a", "a.b"}}
  std::string condition = {};   // empty: none. Where it does not hold, the action is skipped and counted; no error
  std::string table = {};       // empty: the scanned table
  // Empty: RunOptions::guard for the scanned item, none for other items. `unchanged` for another item is about the
  // scanned item, checked in one transaction with the write (about 7 WCU more): a copy is then never stale.
  std::optional<Guard> guard = {};
};

// Further wishes for an insert, a put or a remove.
struct ActionOptions {
  std::string condition = {};  // as Update::condition
  Attributes values = {};
  Names names = {};
  std::optional<Guard> guard = {};  // as Update::guard
};

class Actions {
 public:
  explicit Actions(migrate::ActionCollector& collector) noexcept : collector_(&collector) {}
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // Each throws Error (code "ValidationException" or "ResourceNotFoundException") when the action could never succeed.

  void update(const Update& update);
  // A new item; needs no guard. An item that is there already and differs is an error when the action is executed; an
  // equal one is not.
  void insert(const Attributes& item, const std::string& table = {}, const ActionOptions& options = {});
  // Replaces what is there.
  void put(const Attributes& item, const std::string& table = {}, const ActionOptions& options = {});
  // Removes the scanned item.
  void remove();
  // Removes the item with this key, if there is one.
  void remove(const Attributes& key, const std::string& table = {}, const ActionOptions& options = {});

  // For calls of the callback's own, executed at once and not queued. They are made again when the callback is.
  [[nodiscard]] Client& client() const noexcept;

 private:
  migrate::ActionCollector* collector_;
};

}  // namespace drift
