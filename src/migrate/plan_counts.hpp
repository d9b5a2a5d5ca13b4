// PlanCounts: what a plan has seen, summed for each part of its survey: items, actions, what they would write, and the
// first examples, problems and errors. For several threads at once.
#pragma once

#include "journal/records.hpp"
#include "migrate/busiest_key.hpp"
#include "migrate/rehearsal.hpp"
#include "migrate/sample_scale.hpp"

#include <drift/error.hpp>
#include <drift/item.hpp>
#include <drift/plan.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

class PlanCounts {
 public:
  PlanCounts(const PlanOptions& options, std::shared_ptr<const CatalogTable> scanned);

  // What the callback of an item queued, and what would come of it: one of each for each action.
  struct Called {
    const Item& item;
    const std::vector<journal::ActionRecord>& actions;
    const std::vector<Rehearsed>& rehearsed;
  };
  void add(std::size_t part, const Called& called);
  // An item without actions.
  void add_item(std::size_t part);
  void add_error(std::size_t part, Error error);

  // The following when all threads have ended.

  struct Written {
    std::shared_ptr<const CatalogTable> table = {};
    PartSums units = {};
    std::vector<PartSums> indexes = {};  // in the order of its description
    // Partition keys, as DynamoDB JSON: {"id":{"N":"1"}}. Of the table only where one may be written more than once.
    BusiestKey key = {};
    std::vector<BusiestKey> index_keys = {};
  };
  struct Counted {
    std::uint64_t seen = 0;
    PartSums sums = {};
  };
  struct Sums {
    PartSums items = {};
    PartSums matched = {};
    std::map<std::pair<std::string, journal::ActionKind>, Counted> actions = {};  // by the table's name
    std::map<std::string, Written> written = {};                                  // by wire name
    PartSums marker_units = {};
    PartSums journal_bytes = {};
    bool at_least = false;
  };
  [[nodiscard]] const Sums& sums() const noexcept { return sums_; }
  // The lists: differences, problems, errors, with their totals.
  void take_lists(Plan& plan);

 private:
  void add_action(std::size_t part, const journal::ActionRecord& action, const Rehearsed& rehearsed);
  static void add_keys(Written& to, const journal::ActionRecord& action, const Rehearsed& rehearsed, double factor);
  void add_check(std::size_t part, const Item& item);
  void add_differences(const Called& called);
  void add_problem(const journal::ActionRecord& action, const Rehearsed& rehearsed);
  Written& written(const std::shared_ptr<const CatalogTable>& table);
  [[nodiscard]] double journal_bytes(const journal::ActionRecord& action, const Rehearsed& rehearsed) const;

  const PlanOptions& options_;
  const std::shared_ptr<const CatalogTable> scanned_;
  std::mutex mutex_;
  Sums sums_;
  Plan lists_;
  std::size_t callbacks_shown_ = 0;
};

}  // namespace drift::migrate
