// Ledger: see the header.
#include "migrate/ledger.hpp"

#include "migrate/lease_row.hpp"
#include "migrate/own_table.hpp"
#include "migrate/permission_probe.hpp"
#include "migrate/run_table.hpp"

#include <algorithm>

namespace drift::migrate {

namespace {

const KeySchema ledger_key = {{.name = "Number", .type = Type::number}};

OwnTable own_table(const std::string& name) {
  return {.name = name,
          .key = ledger_key,
          .what = "metadata table",
          .code_missing = "NoMetaTable",
          .code_wrong = "WrongMetaTable"};
}

Attributes key_of(std::uint64_t number) { return {{"Number", number}}; }

// Rows written by others may lack what is only for people.
std::string text_of(const Attributes& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() && found->second.type() == Type::string ? found->second.as_string() : "";
}

AppliedMigration migration_of(const Attributes& row) {
  return {.number = static_cast<std::uint64_t>(row.at("Number").as_int64()),
          .table = text_of(row, "TableName"),
          .description = text_of(row, "Description"),
          .table_id = text_of(row, "TableId"),
          .applied_at = text_of(row, "AppliedAt"),
          .run_id = text_of(row, "RunId"),
          .revision = text_of(row, "Revision")};
}

// What the Go library does not know is left out where it is empty, so that its own rows stay as they are.
Attributes attributes_of(const AppliedMigration& row) {
  Attributes item{{"Number", row.number}, {"TableName", row.table}, {"Description", row.description}};
  if (!row.table_id.empty()) item.emplace("TableId", row.table_id);
  if (!row.applied_at.empty()) item.emplace("AppliedAt", row.applied_at);
  if (!row.run_id.empty()) item.emplace("RunId", row.run_id);
  if (!row.revision.empty()) item.emplace("Revision", row.revision);
  return item;
}

}  // namespace

void Ledger::init(const InitOptions& options) {
  RunTable runs(*client_, table_);
  create_own_table(*client_, own_table(table_), options);
  runs.init(options);
}

TableDescription Ledger::describe() { return describe_own_table(*client_, own_table(table_)); }

std::vector<AppliedMigration> Ledger::rows() {
  describe();
  std::vector<AppliedMigration> rows;
  for (const Item& row : client_->scan(table_)) rows.push_back(migration_of(row.attributes()));
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return rows;
}

std::optional<AppliedMigration> Ledger::row(std::uint64_t number) {
  const auto found = client_->get_item(table_, key_of(number));
  if (!found) return std::nullopt;
  return migration_of(*found);
}

void Ledger::put(const AppliedMigration& row, const TransactAction& lease) {
  const TransactAction put{.kind = TransactAction::Kind::put, .table = table_, .item = attributes_of(row)};
  write(put, lease, [&] {
    const auto found = client_->get_item(table_, key_of(row.number));
    return found && *found == put.item;
  });
}

void Ledger::remove(std::uint64_t number, const TransactAction& lease) {
  const TransactAction remove{.kind = TransactAction::Kind::remove, .table = table_, .item = key_of(number)};
  write(remove, lease, [&] { return !row(number).has_value(); });
}

void Ledger::write(const TransactAction& action, const TransactAction& lease, const std::function<bool()>& is_done) {
  try {
    transact_under_lease(*client_, {action}, lease);
  } catch (const Error& error) {
    // The client has repeated it for as long as the server knows its token; what is left of the doubt is read.
    if (!error.in_doubt() || !is_done()) throw;
  }
}

void Ledger::prove_writable() { prove_write_permission(*client_, table_, ledger_key); }

}  // namespace drift::migrate
