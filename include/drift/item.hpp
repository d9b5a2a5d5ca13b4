// Item: one item as the scan (or a query, or a get) received it: a lazy view into the buffer of its page, which its
// copies share. Nothing is parsed until it is asked for. An Item and its copies are for one thread at a time.
//
// Looking at attributes is recorded for the guard of the actions that a callback queues: `[]`, `find` and `contains`
// count as having looked at that attribute, `attributes`, `json` and `detach` (what becomes of a detached item is not
// seen) as having looked at all of them; `key` and `size_bytes` are not recorded.
#pragma once

#include <drift/value.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift {

namespace value {
class ItemAccess;
struct ItemState;
}  // namespace value

class Item {
 public:
  // An item of one's own making, to test callbacks with. `key_names`: the partition key's name, then the sort key's if
  // the table has one. Throws Error when an attribute named there is missing.
  static Item of(const Attributes& attributes, std::vector<std::string> key_names);

  [[nodiscard]] bool contains(std::string_view name) const;
  // The attribute's value. Throws Error (code "MissingAttribute"), naming the attribute and the item, when there is
  // none.
  [[nodiscard]] Value operator[](std::string_view name) const;
  [[nodiscard]] std::optional<Value> find(std::string_view name) const;

  // The primary key alone, as the table's schema names it.
  [[nodiscard]] Attributes key() const;
  [[nodiscard]] Attributes attributes() const;
  // DynamoDB JSON as it was received. Lives as long as any copy of this item.
  [[nodiscard]] std::string_view json() const;
  // What DynamoDB counts for the item, in bytes.
  [[nodiscard]] std::size_t size_bytes() const;

  // The same item with a buffer of its own: keeping it does not keep its page (up to 1 MB) in memory.
  [[nodiscard]] Item detach() const;

 private:
  friend class value::ItemAccess;
  explicit Item(std::shared_ptr<value::ItemState> state) noexcept : state_(std::move(state)) {}
  std::shared_ptr<value::ItemState> state_;
};

}  // namespace drift
