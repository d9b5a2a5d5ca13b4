// Checks of whole tables by an independent read: a new client scans the table and every item is compared with what the
// catalogue says must be there, attribute by attribute. Memory does not grow with the items but for a bit of each.
#pragma once

#include "demo/catalogue.hpp"

#include <drift/drift.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace demo {

// The item that an album has in a table; none: it must have none.
using Expected = std::function<std::optional<drift::Attributes>(const Album&)>;

struct CheckedTable {
  std::string name = {};
  std::string id_attribute = {};  // the one that has the album's id
};

struct CheckResult {
  std::size_t compared = 0;  // items found and compared
  std::size_t problems = 0;
  std::vector<std::string> first_problems = {};  // to be read, of one to three lines each

  [[nodiscard]] bool ok() const noexcept { return problems == 0; }
};

// `albums`: of the catalogue, from number 0. `on_item` is called with the number of items compared so far. Throws
// drift::Error where the table cannot be read.
CheckResult check_table(const std::string& endpoint, const CheckedTable& table, std::size_t albums,
                        const Expected& expected, const std::function<void(std::size_t)>& on_item);

}  // namespace demo
