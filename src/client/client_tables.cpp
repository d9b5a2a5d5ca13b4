// The table operations of Client, and their waiters.
#include "client/core.hpp"
#include "client/request_json.hpp"
#include "client/table_json.hpp"
#include "client/waiting.hpp"
#include "value/json_object.hpp"

#include <drift/client.hpp>

#include <algorithm>
#include <utility>

namespace drift {
namespace {

using client::Operation;
using client::RequestJson;

constexpr std::chrono::milliseconds table_timeout = std::chrono::minutes(5);
constexpr std::chrono::milliseconds first_poll{20};
constexpr std::chrono::milliseconds slowest_poll{2'000};

std::string table_request(std::string_view table) { return RequestJson(128).text("TableName", table).take(); }

// Looks at a table again and again, less and less often, until a time-out.
class Poll {
 public:
  Poll(base::Loop& loop, std::chrono::milliseconds timeout) : loop_(loop), end_(loop.clock().steady() + timeout) {}

  // Waits before the next look. False when the time is up.
  bool wait() {
    const auto left = end_ - loop_.clock().steady();
    if (left <= std::chrono::nanoseconds(0)) return false;
    client::wait_for(loop_, std::min<std::chrono::nanoseconds>(interval_, left));
    interval_ = std::min(interval_ * 3 / 2, slowest_poll);
    return true;
  }

 private:
  base::Loop& loop_;
  base::SteadyTime end_;
  std::chrono::milliseconds interval_ = first_poll;
};

[[noreturn]] void timed_out(std::string_view table, const std::string& what, std::chrono::milliseconds timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  throw Error({.code = "TimedOut",
               .message = "Table " + std::string(table) + " " + what + " after " + std::to_string(seconds) + " s.",
               .table = std::string(table),
               .next_step = "Look at it (aws dynamodb describe-table), and wait longer.",
               .retryable = true});
}

// What is pending until the table and all its indexes can be used: "is still CREATING". Empty: nothing.
std::string pending_of(const TableDescription& table) {
  if (table.status != "ACTIVE") return "is still " + table.status;
  for (const IndexDescription& index : table.indexes) {
    // A local index has no status, and one that is DELETING is on its way to nothing that could be used.
    if (index.status == "CREATING" || index.status == "UPDATING") {
      return "still has index " + index.name + " " + index.status;
    }
  }
  return {};
}

// Just after its creation a table may not be visible yet (API reference, DescribeTable: eventually consistent).
enum class Missing : std::uint8_t { is_error, is_new };

TableDescription poll_until_active(Client& client, std::string_view table, std::chrono::milliseconds timeout,
                                   Missing missing) {
  Poll poll(client.core().loop(), timeout);
  std::string pending = "is still not there";
  do {
    try {
      TableDescription description = client.describe_table(table);
      pending = pending_of(description);
      if (pending.empty()) return description;
    } catch (const Error& error) {
      if (error.code() != "ResourceNotFoundException" || missing == Missing::is_error) throw;
    }
  } while (poll.wait());
  timed_out(table, pending, timeout);
}

}  // namespace

TableDescription Client::describe_table(std::string_view table) {
  static const Operation operation = Operation::named("DescribeTable");
  return client::parse_table_description(core_->call(operation, table_request(table), {.table = table}));
}

std::vector<std::string> Client::list_tables() {
  static const Operation operation = Operation::named("ListTables");
  std::vector<std::string> names;
  std::optional<std::string> last;
  do {
    RequestJson json;
    if (last) json.text("ExclusiveStartTableName", *last);
    const std::string text = core_->call(operation, json.take());
    const auto answer = value::JsonObject::parse(text);
    for (const std::string_view raw : answer.array("TableNames")) names.push_back(value::unescape_json_string(raw));
    last = answer.string("LastEvaluatedTableName");
  } while (last);
  return names;
}

TableDescription Client::create_table(const TableSpec& spec) {
  static const Operation operation = Operation::named("CreateTable");
  core_->call(operation, client::create_table_request(spec), {.table = spec.name});
  return poll_until_active(*this, spec.name, table_timeout, Missing::is_new);
}

TableDescription Client::update_table(std::string_view table, std::uint64_t read_units, std::uint64_t write_units) {
  static const Operation operation = Operation::named("UpdateTable");
  RequestJson json;
  json.text("TableName", table);
  if (read_units == 0 && write_units == 0) {
    json.text("BillingMode", "PAY_PER_REQUEST");
  } else {
    json.text("BillingMode", "PROVISIONED");
    json.raw("ProvisionedThroughput",
             RequestJson(64).number("ReadCapacityUnits", read_units).number("WriteCapacityUnits", write_units).take());
  }
  core_->call(operation, json.take(), {.table = table});
  return wait_until_active(table, table_timeout);
}

void Client::delete_table(std::string_view table) {
  static const Operation operation = Operation::named("DeleteTable");
  core_->call(operation, table_request(table), {.table = table});
  wait_until_gone(table, table_timeout);
}

TableDescription Client::wait_until_active(std::string_view table, std::chrono::milliseconds timeout) {
  return poll_until_active(*this, table, timeout, Missing::is_error);
}

void Client::wait_until_gone(std::string_view table, std::chrono::milliseconds timeout) {
  Poll poll(core_->loop(), timeout);
  do {
    try {
      describe_table(table);
    } catch (const Error& error) {
      if (error.code() == "ResourceNotFoundException") return;
      throw;
    }
  } while (poll.wait());
  timed_out(table, "is still there", timeout);
}

}  // namespace drift
