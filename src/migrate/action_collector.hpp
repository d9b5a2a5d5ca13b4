// ActionCollector: what stands behind Actions. It checks each action as it is queued, so that what could never succeed
// is an error in the callback, before anything was written, and turns it into the record that the journal keeps. One
// for each callback thread; used for one item after another.
#pragma once

#include "journal/records.hpp"
#include "migrate/expression_cache.hpp"
#include "migrate/group_guard.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/actions.hpp>
#include <drift/item.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {

// What actions on the scanned table may be about.
enum class Reach : std::uint8_t {
  any_item,
  own_item,  // the callback's, and no new one: the scan goes on while they are executed
};

class ActionCollector {
 public:
  ActionCollector(Client& client, TableCatalog& catalog, std::shared_ptr<const CatalogTable> scanned_table,
                  GuardSettings guards, Reach reach = Reach::any_item);

  // Starts with the actions of the callback for this item, which must stay until take().
  void begin(const Item& item);
  // What the callback queued, in order and guarded; sequence and group are left to the journal. Throws Error when a
  // guard cannot be had.
  std::vector<journal::ActionRecord> take();

  // The members of Actions; each throws as that class says.
  void update(const Update& update);
  void put(journal::ActionKind kind, const Attributes& item, const std::string& table, const ActionOptions& options);
  void remove_scanned();
  void remove(const Attributes& key, const std::string& table, const ActionOptions& options);
  [[nodiscard]] Client& client() const noexcept { return *client_; }

 private:
  // An action on the table, everything but its expressions filled in.
  Draft start(journal::ActionKind kind, const CatalogTable& table, std::string key);
  void check_reach(const journal::ActionRecord& record) const;
  void add_condition(Draft& draft, const std::string& condition, const Attributes& values, const Names& names);
  std::shared_ptr<const CatalogTable> table(const std::string& name);
  const std::string& scanned_key();

  Client* client_;
  TableCatalog* catalog_;
  std::shared_ptr<const CatalogTable> scanned_table_;
  const GuardSettings guards_;
  const Reach reach_;
  UpdateCache updates_;
  ConditionCache conditions_;

  const Item* item_ = nullptr;
  std::string scanned_key_;  // empty: not asked for yet
  std::vector<Draft> drafts_;
};

}  // namespace drift::migrate
