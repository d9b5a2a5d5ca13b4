// TableCatalog: the tables that a run knows, described once each. For several threads at once.
#pragma once

#include <drift/client.hpp>
#include <drift/table.hpp>

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace drift::migrate {

// A table as actions need it.
struct CatalogTable {
  TableDescription description;
  // What requests call it. A table's name and its ARN are the same table: this is equal for both.
  std::string wire_name;
};

class TableCatalog {
 public:
  explicit TableCatalog(Client& client) noexcept : client_(&client) {}

  // A table by name or ARN; asks the server the first time. Throws Error, code "ResourceNotFoundException" when there
  // is no such table.
  std::shared_ptr<const CatalogTable> find(std::string_view name_or_arn);
  // The same, without asking: null where it was never asked for.
  std::shared_ptr<const CatalogTable> known(std::string_view name_or_arn) const;

 private:
  Client* client_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const CatalogTable>, std::less<>> tables_;
};

}  // namespace drift::migrate
