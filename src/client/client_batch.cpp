// The batches of Client: many keys or writes in few requests, again and again until nothing is left unprocessed.
#include "base/random.hpp"
#include "client/core.hpp"
#include "client/request_json.hpp"
#include "client/waiting.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <drift/client.hpp>

#include <deque>
#include <functional>
#include <set>
#include <utility>

namespace drift {
namespace {

using client::Operation;
using client::RequestJson;
using value::JsonObject;

constexpr std::size_t keys_max = 100;                              // of BatchGetItem (API reference)
constexpr std::size_t writes_max = 25;                             // of BatchWriteItem (API reference)
constexpr std::size_t request_bytes_max = std::size_t{12} << 20U;  // DynamoDB takes 16 MB

[[noreturn]] void refuse_twice(std::string_view table, const std::string& key) {
  throw Error({.code = "ValidationException",
               .message = "The batch has key " + key + " twice; nothing was sent.",
               .table = std::string(table),
               .key = value::parse_attributes(key)});
}

// The next elements for one request, as a JSON array; at least one, within the limits.
std::string take_array(std::deque<std::string>& pending, std::size_t count_max) {
  std::string array = "[";
  for (std::size_t count = 0; count < count_max && !pending.empty(); ++count) {
    if (count > 0 && array.size() + pending.front().size() > request_bytes_max) break;
    if (count > 0) array += ',';
    array += pending.front();
    pending.pop_front();
  }
  return array += ']';
}

// Waits between requests that leave something undone; gives up when that brings nothing for too long.
class Backoff {
 public:
  explicit Backoff(client::ClientCore& core) : core_(core) {}

  // `left`: how many elements a request left undone, of `sent`. False: too many requests in a row did nothing.
  bool after(std::size_t left, std::size_t sent) {
    if (left == 0) {
      fruitless_ = 0;
      return true;
    }
    fruitless_ = left < sent ? 1 : fruitless_ + 1;
    const auto& retry = core_.settings().retry;
    if (std::cmp_greater_equal(fruitless_, retry.attempts_max)) return false;
    client::wait_for(core_.loop(), retry.wait(fruitless_, random_.unit()));
    return true;
  }

 private:
  client::ClientCore& core_;
  base::Random random_;
  std::uint32_t fruitless_ = 0;
};

[[noreturn]] void gave_up(std::string_view table, std::size_t left) {
  throw Error({.code = "ProvisionedThroughputExceededException",
               .message = "Table " + std::string(table) + " left " + std::to_string(left) +
                          " elements of the batch unprocessed, again and again; the others are done.",
               .table = std::string(table),
               .next_step = "Raise the table's capacity, or try again later.",
               .retryable = true});
}

// The elements of one table in UnprocessedItems or UnprocessedKeys.
std::vector<std::string> unprocessed(const JsonObject& answer, std::string_view member, std::string_view inner) {
  std::vector<std::string> left;
  const auto tables = answer.object(member);
  if (!tables) return left;
  for (const JsonObject::Member& table : tables->members()) {
    // UnprocessedItems: {table: [...]}; UnprocessedKeys: {table: {"Keys": [...]}}. There is only one table.
    const auto holder = inner.empty() ? *tables : JsonObject::parse(table.value);
    for (const std::string_view raw : holder.array(inner.empty() ? table.name : inner)) left.emplace_back(raw);
  }
  return left;
}

}  // namespace

std::vector<Attributes> Client::batch_get(std::string_view table, const std::vector<Attributes>& keys,
                                          bool consistent) {
  static const Operation operation = Operation::named("BatchGetItem");
  std::deque<std::string> pending;
  std::set<std::string, std::less<>> seen;
  for (const Attributes& key : keys) {
    std::string json;
    value::append_json(json, key);
    if (!seen.insert(json).second) refuse_twice(table, json);
    pending.push_back(std::move(json));
  }
  std::vector<Attributes> items;
  Backoff backoff(*core_);
  while (!pending.empty()) {
    const std::size_t before = pending.size();
    RequestJson request;
    request.raw("Keys", take_array(pending, keys_max));
    if (consistent) request.flag("ConsistentRead", true);
    const std::size_t sent = before - pending.size();
    const std::string body =
        RequestJson().raw("RequestItems", RequestJson().raw_member(table, request.take()).take()).take();
    const std::string text = core_->call(operation, body, {.table = table});
    const JsonObject answer = JsonObject::parse(text);
    if (const auto responses = answer.object("Responses")) {
      for (const std::string_view raw : responses->array(table)) items.push_back(value::parse_attributes(raw));
    }
    const auto left = unprocessed(answer, "UnprocessedKeys", "Keys");
    pending.insert(pending.end(), left.begin(), left.end());
    if (!backoff.after(left.size(), sent)) gave_up(table, pending.size());
  }
  return items;
}

void Client::batch_write(std::string_view table, const std::vector<Attributes>& puts,
                         const std::vector<Attributes>& removed_keys) {
  static const Operation operation = Operation::named("BatchWriteItem");
  if (puts.empty() && removed_keys.empty()) return;
  const KeySchema key = describe_table(table).key;
  std::set<std::string, std::less<>> seen;
  std::deque<std::string> pending;
  const auto add = [&](const Attributes& attributes, std::string_view kind, std::string_view member) {
    std::string key_json = value::canonical_key_json(attributes, key);
    if (!seen.insert(key_json).second) refuse_twice(table, key_json);
    pending.push_back(RequestJson().raw(kind, RequestJson().attributes(member, attributes).take()).take());
  };
  for (const Attributes& item : puts) add(item, "PutRequest", "Item");
  for (const Attributes& removed : removed_keys) add(removed, "DeleteRequest", "Key");
  Backoff backoff(*core_);
  while (!pending.empty()) {
    const std::size_t before = pending.size();
    const std::string array = take_array(pending, writes_max);
    const std::size_t sent = before - pending.size();
    const std::string body = RequestJson().raw("RequestItems", RequestJson().raw_member(table, array).take()).take();
    const std::string text = core_->call(operation, body, {.table = table});
    const auto left = unprocessed(JsonObject::parse(text), "UnprocessedItems", {});
    pending.insert(pending.end(), left.begin(), left.end());
    if (!backoff.after(left.size(), sent)) gave_up(table, pending.size());
  }
}

}  // namespace drift
