// TableCatalog: see the header. Two threads that meet an unknown table at once both describe it; the first answer
// stays.
#include "migrate/table_catalog.hpp"

#include <mutex>
#include <utility>

namespace drift::migrate {

std::shared_ptr<const CatalogTable> TableCatalog::find(std::string_view name_or_arn) {
  if (auto table = known(name_or_arn)) return table;
  auto table = std::make_shared<CatalogTable>();
  table->description = client_->describe_table(name_or_arn);
  // Another account's table can only be named by its ARN; one's own has the name as its shorter form.
  const bool own_account_by_name = !name_or_arn.starts_with("arn:");
  table->wire_name = own_account_by_name ? table->description.name : table->description.arn;

  const std::unique_lock lock(mutex_);
  for (const auto& [_, known] : tables_) {
    if (known->description.arn == table->description.arn && !table->description.arn.empty()) {
      return tables_.emplace(std::string(name_or_arn), known).first->second;
    }
  }
  return tables_.emplace(std::string(name_or_arn), std::move(table)).first->second;
}

std::shared_ptr<const CatalogTable> TableCatalog::known(std::string_view name_or_arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(name_or_arn);
  return found == tables_.end() ? nullptr : found->second;
}

}  // namespace drift::migrate
