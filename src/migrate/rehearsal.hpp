// Rehearsal: what the actions of one callback would leave, worked out and not executed: the item before and after each
// of them, whether DynamoDB would refuse it, and what it would cost. Of the scanned item everything is known, of other
// items what the same callback put there. One for each thread.
#pragma once

#include "journal/records.hpp"
#include "migrate/expression_cache.hpp"
#include "migrate/table_catalog.hpp"
#include "migrate/write_cost.hpp"

#include <drift/item.hpp>
#include <drift/value.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

struct Rehearsed {
  std::shared_ptr<const CatalogTable> table = {};
  bool known = false;  // `before` and `after` are what they say; else `after` is what is known of it
  std::optional<Attributes> before = {};
  std::optional<Attributes> after = {};
  bool skipped = false;      // its own condition does not hold: nothing changes, and it costs what the write would
  std::string problem = {};  // why it would fail; empty: it would not
  WriteCost cost = {};       // without what a transaction adds
};

class Rehearsal {
 public:
  // `stamp`: the attribute of a stamped run; empty: none.
  Rehearsal(TableCatalog& catalog, std::string stamp) : catalog_(&catalog), stamp_(std::move(stamp)) {}

  // One for each action, in order. The actions are what a callback queued for `item`, as ActionCollector gives them.
  // Throws Error where a table cannot be described.
  std::vector<Rehearsed> rehearse(const Item& item, const std::vector<journal::ActionRecord>& actions);

 private:
  struct Known {
    std::optional<Attributes> item;  // empty: there is none
  };
  using Place = std::pair<std::string, std::string>;  // table and key

  Rehearsed rehearse(const journal::ActionRecord& action);
  void apply(const journal::ActionRecord& action, const std::optional<Attributes>& before, Rehearsed& result);
  [[nodiscard]] bool condition_holds(const journal::ActionRecord& action, const Attributes& before);

  TableCatalog* catalog_;
  const std::string stamp_;
  UpdateCache updates_;
  ConditionCache conditions_;
  std::map<Place, Known> known_;  // within one callback
};

}  // namespace drift::migrate
