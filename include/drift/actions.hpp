// Actions: what a callback queues. Nothing is sent when an action is queued: it is checked (expression syntax, missing
// and unused names and values, key attributes, DynamoDB's limits, an unknown table), written to the journal together
// with its page, and executed after every callback has completed. A callback that throws queues nothing.
//
// An Actions belongs to one call of one callback and is not used after it returns; client() may be used from several
// callbacks at once.
#pragma once

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <memory>
#include <string>

namespace drift {

namespace migrate {
class ActionCollector;
}

// UpdateItem.
struct Update {
  Attributes key = {};          // empty: the scanned item
  std::string expression = {};  // an update expression: "SET a = :v REMOVE b"
  Attributes values = {};       // {{":v", 1}}
  Names names = {};             // {{"#a", "a.b"}}
  std::string condition = {};   // empty: none. Where it does not hold, the action is skipped and counted; no error
  std::string table = {};       // empty: the scanned table
};

// Further wishes for an insert, a put or a remove.
struct ActionOptions {
  std::string condition = {};  // as Update::condition
  Attributes values = {};
  Names names = {};
};

class Actions {
 public:
  explicit Actions(migrate::ActionCollector& collector) noexcept : collector_(&collector) {}
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // Each throws Error (code "ValidationException" or "ResourceNotFoundException") when the action could never succeed.

  void update(const Update& update);
  // A new item. An item that is there already and differs is an error when the action is executed; an equal one is not.
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
