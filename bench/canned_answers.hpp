// CannedAnswers: what a DynamoDB that remembers nothing answers to a whole run. The data table has as many items as
// wanted, all made from one template; writes to it succeed. The metadata table and the run table are empty, and stay
// so: that is enough for a run of the benchmark, which no other process runs and which is not undone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drift::bench {

struct CannedTable {
  std::string name = {};
  std::size_t items = 0;
  std::size_t item_bytes = 0;  // as DynamoDB counts them
};

class CannedAnswers {
 public:
  explicit CannedAnswers(CannedTable table);

  // Appends the whole answer, head and body. `operation` is the name behind the dot of X-Amz-Target.
  void append(std::string& out, std::string_view operation, std::string_view request) const;

 private:
  struct Answer {
    int status = 200;
    std::string body = {};
  };
  static void append_http(std::string& out, const Answer& answer);
  [[nodiscard]] Answer to(std::string_view operation, std::string_view request) const;
  [[nodiscard]] Answer describe(std::string_view request) const;
  [[nodiscard]] Answer scan(std::string_view request) const;
  [[nodiscard]] Answer write(std::string_view request) const;
  [[nodiscard]] Answer write_batch(std::string_view request) const;
  // Appends the item with this id.
  void append_item(std::string& out, std::string_view id) const;

  const CannedTable table_;
  std::string before_id_;  // an item's JSON
  std::string behind_id_;
  std::string written_;  // the whole answer to a write that asks for no item
};

}  // namespace drift::bench
