// Ledger: see the header.
#include "migrate/ledger.hpp"

#include "migrate/permission_probe.hpp"

#include <algorithm>
#include <functional>

namespace drift::migrate {

namespace {

const KeySchema ledger_key = {{.name = "Number", .type = Type::number}};

Attributes key_of(std::uint64_t number) { return {{"Number", number}}; }

// Rows written by others may lack what is only for people.
std::string text_of(const Attributes& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() && found->second.type() == Type::string ? found->second.as_string() : "";
}

AppliedMigration migration_of(const Attributes& row) {
  return {.number = static_cast<std::uint64_t>(row.at("Number").as_int64()),
          .table = text_of(row, "TableName"),
          .description = text_of(row, "Description")};
}

// Runs an idempotent write; when its answer was lost, asks `is_done` and, where it is not, writes again.
void write_until_known(const std::function<void()>& write, const std::function<bool()>& is_done) {
  constexpr int tries_max = 3;
  for (int attempt = 1;; ++attempt) {
    try {
      write();
      return;
    } catch (const Error& error) {
      if (!error.in_doubt() || attempt == tries_max) throw;
      if (is_done()) return;
    }
  }
}

}  // namespace

void Ledger::init(const InitOptions& options) {
  if ((options.read_units == 0) != (options.write_units == 0)) {
    throw Error({.code = "ConfigError",
                 .message = "a provisioned metadata table needs both read_units and write_units",
                 .table = table_,
                 .next_step = "Give both, or neither for a table on demand."});
  }
  try {
    client_->create_table(
        {.name = table_, .key = ledger_key, .read_units = options.read_units, .write_units = options.write_units});
  } catch (const Error& error) {
    // In doubt, or there already, by us or by somebody else: what counts is what is there.
    if (error.code() != "ResourceInUseException" && !error.in_doubt()) throw;
  }
  client_->wait_until_active(table_);
  describe();
}

TableDescription Ledger::describe() {
  TableDescription description;
  try {
    description = client_->describe_table(table_);
  } catch (const Error& error) {
    if (error.code() != "ResourceNotFoundException") throw;
    throw Error({.code = "NoMetaTable",
                 .message = "the metadata table " + table_ + " does not exist in " + client_->region() + " at " +
                            client_->endpoint(),
                 .table = table_,
                 .next_step = "Call Migrator::init() once to create it."});
  }
  if (description.key != ledger_key) {
    throw Error({.code = "WrongMetaTable",
                 .message = "the table " + table_ + " is no metadata table: its key is not Number (N) alone",
                 .table = table_,
                 .next_step = "Nothing was changed. Name another metadata table."});
  }
  return description;
}

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

void Ledger::put(const AppliedMigration& row) {
  const Attributes item{{"Number", row.number}, {"TableName", row.table}, {"Description", row.description}};
  write_until_known([&] { client_->put_item(table_, item); }, [&] { return this->row(row.number).has_value(); });
}

void Ledger::remove(std::uint64_t number) {
  write_until_known([&] { client_->delete_item(table_, key_of(number)); }, [&] { return !row(number).has_value(); });
}

void Ledger::prove_writable() { prove_write_permission(*client_, table_, ledger_key); }

}  // namespace drift::migrate
