// Page: one answer of Scan or Query, split into items without copying. Its items share its buffer through the
// shared_ptr, so it lives until the last Item of it is gone. Immutable after parsing: for several threads at once.
#pragma once

#include <drift/item.hpp>
#include <drift/table.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::value {

class Page : public std::enable_shared_from_this<Page> {
  struct Private {};  // only parse() makes one

 public:
  explicit Page(Private) {}
  // `body`: the whole answer. 1 MB in at most 1 ms. Throws Error (code "MalformedAnswer").
  static std::shared_ptr<const Page> parse(std::string body, std::shared_ptr<const KeySchema> key);

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  // Raw DynamoDB JSON of an item.
  [[nodiscard]] std::string_view item_json(std::size_t index) const noexcept { return items_[index]; }
  [[nodiscard]] Item item(std::size_t index) const;
  // Raw DynamoDB JSON of LastEvaluatedKey; empty when this is the last page.
  [[nodiscard]] std::string_view last_key() const noexcept { return last_key_; }
  [[nodiscard]] std::uint64_t scanned_count() const noexcept { return scanned_count_; }
  [[nodiscard]] double read_units() const noexcept { return read_units_; }  // 0 when the answer does not say
  [[nodiscard]] std::size_t bytes() const noexcept { return body_.size(); }

 private:
  std::string body_;
  std::vector<std::string_view> items_;
  std::string_view last_key_;
  std::uint64_t scanned_count_ = 0;
  double read_units_ = 0;
  std::shared_ptr<const KeySchema> key_;
};

}  // namespace drift::value
