// RunTable: see the header.
#include "migrate/run_table.hpp"

#include "base/text.hpp"
#include "client/core.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/own_table.hpp"
#include "migrate/permission_probe.hpp"
#include "migrate/run_row.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

constexpr std::string_view suffix = ".runs";
constexpr std::size_t name_characters_max = 255;

const KeySchema run_table_key = {{.name = "Part", .type = Type::string}, {.name = "Sort", .type = Type::string}};

OwnTable own_table(const std::string& name) {
  return {.name = name,
          .key = run_table_key,
          .what = "run table",
          .code_missing = "NoRunTable",
          .code_wrong = "WrongRunTable"};
}

Attributes key_of(const RunRecord& record) {
  return {{"Part", "run#" + padded(record.number)}, {"Sort", record.started + "#" + record.run_id}};
}

Attributes signpost_key(std::string_view run_id) {
  return {{"Part", "run-id#" + std::string(run_id)}, {"Sort", "run"}};
}

// A run's row is whole in each write; a write that was delayed is older than the row and is refused.
TransactAction put_row(const std::string& table, const RunRecord& record, std::uint64_t token, std::uint64_t write) {
  Attributes row = attributes_of(record);
  row.merge(key_of(record));
  row.insert({{"Token", token}, {"Write", write}});
  return {.kind = TransactAction::Kind::put,
          .table = table,
          .item = std::move(row),
          .condition = "attribute_not_exists(#token) OR #token < :token OR (#token = :token AND #write < :write)",
          .values = {{":token", token}, {":write", write}},
          .names = {{"#token", "Token"}, {"#write", "Write"}}};
}

TransactAction put_signpost(const std::string& table, const RunRecord& record) {
  Attributes row = signpost_key(record.run_id);
  for (auto& [name, value] : key_of(record)) row.emplace("Run" + name, value);
  return {.kind = TransactAction::Kind::put, .table = table, .item = std::move(row)};
}

bool is_written(const Attributes& row, std::uint64_t token, std::uint64_t write) {
  const auto has = [&](std::string_view name, std::uint64_t number) {
    const auto found = row.find(name);
    return found != row.end() && found->second == Value(number);
  };
  return has("Token", token) && has("Write", write);
}

}  // namespace

RunTable::RunTable(Client& client, std::string_view meta_table)
    : client_(&client), table_(std::string(meta_table) + std::string(suffix)) {
  if (table_.size() <= name_characters_max) return;
  throw Error({.code = "ConfigError",
               .message = "the name of the metadata table " + std::string(meta_table) +
                          " is too long: the run table's is " + "the same with " + std::string(suffix) + " behind it",
               .table = std::string(meta_table),
               .next_step = "Choose a name of at most " + std::to_string(name_characters_max - suffix.size()) +
                            " characters for the metadata table."});
}

void RunTable::init(const InitOptions& options) { create_own_table(*client_, own_table(table_), options); }

TableDescription RunTable::describe() { return describe_own_table(*client_, own_table(table_)); }

void RunTable::prove_writable() { prove_write_permission(*client_, table_, run_table_key); }

void RunTable::write(RunRecord& record, const TransactAction& lease) {
  constexpr std::size_t problem_bytes_max = 2'000;
  record.changed = iso_time(client_->core().loop().clock().system());
  record.problem = base::one_line(record.problem, problem_bytes_max);
  const std::uint64_t token = token_of(lease);
  const std::uint64_t write = ++writes_;
  std::vector<TransactAction> actions{put_row(table_, record, token, write)};
  if (write == 1) actions.push_back(put_signpost(table_, record));
  try {
    transact_under_lease(*client_, std::move(actions), lease);
  } catch (const Error& error) {
    // Its answer may have been lost, and the server may have forgotten the transaction's token since.
    if (error.code() == "LeaseLost" || error.code() == "AccessDeniedException") throw;
    const auto row = client_->get_item(table_, key_of(record));
    if (!row || !is_written(*row, token, write)) throw;
  }
}

std::vector<RunRecord> RunTable::history(std::uint64_t number) {
  std::vector<Attributes> rows;
  const QueryOptions query{.key_condition = {.text = "#part = :run",
                                             .values = {{":run", "run#" + padded(number)}},
                                             .names = {{"#part", "Part"}}},
                           .forward = false};
  for (const Item& row : client_->query(table_, query)) rows.push_back(row.attributes());
  // Of runs that began within one second the later one has the higher fencing token.
  std::stable_sort(rows.begin(), rows.end(), [](const Attributes& a, const Attributes& b) {
    return std::pair(a.at("Started").as_string(), a.at("Token").as_int64()) >
           std::pair(b.at("Started").as_string(), b.at("Token").as_int64());
  });
  std::vector<RunRecord> runs(rows.size());
  std::transform(rows.begin(), rows.end(), runs.begin(), record_of);
  return runs;
}

std::optional<RunRecord> RunTable::find(std::string_view run_id) {
  const auto signpost = client_->get_item(table_, signpost_key(run_id));
  if (!signpost) return std::nullopt;
  const auto row = client_->get_item(table_, {{"Part", signpost->at("RunPart")}, {"Sort", signpost->at("RunSort")}});
  if (!row) return std::nullopt;
  return record_of(*row);
}

}  // namespace drift::migrate
