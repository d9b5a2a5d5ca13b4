// ActionCollector: what stands behind Actions. It checks each action as it is queued, so that what could never succeed
// is an error in the callback, before anything was written, and turns it into the record that the journal keeps. One
// for each callback thread; used for one item after another.
#pragma once

#include "journal/records.hpp"
#include "migrate/expression_cache.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/actions.hpp>
#include <drift/item.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::migrate {

class ActionCollector {
 public:
  ActionCollector(Client& client, TableCatalog& catalog, std::shared_ptr<const CatalogTable> scanned_table);

  // Starts with the actions of the callback for this item, which must stay until take().
  void begin(const Item& item);
  // What the callback queued, in order; sequence and group are left to the journal.
  std::vector<journal::ActionRecord> take();

  // The members of Actions; each throws as that class says.
  void update(const Update& update);
  void put(journal::ActionKind kind, const Attributes& item, const std::string& table, const ActionOptions& options);
  void remove_scanned();
  void remove(const Attributes& key, const std::string& table, const ActionOptions& options);
  [[nodiscard]] Client& client() const noexcept { return *client_; }

 private:
  // A record on the table, everything but its expressions filled in.
  journal::ActionRecord start(journal::ActionKind kind, const CatalogTable& table, std::string key);
  void add_condition(journal::ActionRecord& record, const expression::UpdateExpression* update,
                     const std::string& condition, const Attributes& values, const Names& names);
  void queue(journal::ActionRecord record);
  std::shared_ptr<const CatalogTable> table(const std::string& name);
  const std::string& scanned_key();

  Client* client_;
  TableCatalog* catalog_;
  std::shared_ptr<const CatalogTable> scanned_table_;
  UpdateCache updates_;
  ConditionCache conditions_;

  const Item* item_ = nullptr;
  std::string scanned_key_;  // empty: not asked for yet
  std::vector<journal::ActionRecord> records_;
};

}  // namespace drift::migrate
