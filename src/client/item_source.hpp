// ItemSource: the items of one scan or query, page by page. An empty page with a LastEvaluatedKey goes on: a filter may
// have left nothing of it. For one thread at a time.
#pragma once

#include "client/operation.hpp"
#include "value/page.hpp"

#include <drift/client.hpp>
#include <drift/item.hpp>
#include <drift/table.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace drift::client {

class ItemSource {
 public:
  ItemSource(Client& client, std::string table, const ScanOptions& options);
  ItemSource(Client& client, std::string table, const QueryOptions& options);

  // Moves to the next item, or to the end. Throws what a call throws.
  void advance();
  [[nodiscard]] bool at_end() const noexcept { return ended_; }
  [[nodiscard]] bool started() const noexcept { return page_ != nullptr || ended_; }
  [[nodiscard]] const Item& item() const noexcept { return *item_; }

 private:
  void fetch();

  Client& client_;
  Operation operation_;
  std::string table_;
  std::string request_;  // without its closing brace, so that a place to go on from can be added
  std::shared_ptr<const KeySchema> key_;
  std::shared_ptr<const value::Page> page_;
  std::size_t next_ = 0;  // in the page
  std::optional<Item> item_;
  bool ended_ = false;
};

}  // namespace drift::client
