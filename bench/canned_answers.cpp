// CannedAnswers: see the header. Requests are searched for the few members that matter and not parsed: they are those
// of the benchmark's own client, which writes them without blanks.
#include "bench/canned_answers.hpp"

#include "base/crc32.hpp"
#include "bench/bench_item.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace drift::bench {

namespace {

// Ids are of one length, so that every item has the same size.
constexpr std::size_t first_id = 1'000'000'000;
constexpr std::size_t page_bytes_max = std::size_t{1} << 20U;

// What stands between `before` and the next `end`; empty when `before` does not occur.
std::string_view between(std::string_view text, std::string_view before, char end) {
  const std::size_t found = text.find(before);
  if (found == std::string_view::npos) return {};
  text.remove_prefix(found + before.size());
  return text.substr(0, text.find(end));
}

std::size_t number_at(std::string_view digits, std::size_t otherwise) {
  std::size_t number = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string_view table_of(std::string_view request) { return between(request, R"("TableName":")", '"'); }

bool is_write(std::string_view operation) {
  return operation == "UpdateItem" || operation == "PutItem" || operation == "DeleteItem";
}

// True iff a write asks for the item before it. The client writes that last; to search whole requests would cost more
// than all else that the server does with them.
bool asks_for_item(std::string_view request) { return request.ends_with(R"("ReturnValues":"ALL_OLD"})"); }

// True iff the answer to a write is the same for all.
bool has_common_answer(std::string_view request) {
  // Begins with a character that is rare in requests, which makes the search a short one.
  return request.find("_permission_check") == std::string_view::npos && !asks_for_item(request);
}

struct KeyJson {
  const char* attributes;
  const char* schema;
};

KeyJson key_of_meta_table(std::string_view name) {
  if (name.ends_with(".runs")) {
    return {R"({"AttributeName":"Part","AttributeType":"S"},{"AttributeName":"Sort","AttributeType":"S"})",
            R"({"AttributeName":"Part","KeyType":"HASH"},{"AttributeName":"Sort","KeyType":"RANGE"})"};
  }
  return {R"({"AttributeName":"Number","AttributeType":"N"})", R"({"AttributeName":"Number","KeyType":"HASH"})"};
}

}  // namespace

CannedAnswers::CannedAnswers(CannedTable table) : table_(std::move(table)) {
  const std::string id = std::to_string(first_id);
  const std::string item = to_json(make_item(first_id, table_.item_bytes));
  const std::string key = R"("id":{"N":")";
  const std::size_t place = item.find(key) + key.size();
  before_id_ = item.substr(0, place);
  behind_id_ = item.substr(place + id.size());
  append_http(written_, write({}));
}

void CannedAnswers::append(std::string& out, std::string_view operation, std::string_view request) const {
  // A server of nothing but writes is to cost less than the fastest of its clients: these answers are made beforehand.
  if (is_write(operation) && has_common_answer(request) && table_of(request) == table_.name) {
    out += written_;
  } else {
    append_http(out, to(operation, request));
  }
}

void CannedAnswers::append_http(std::string& out, const Answer& answer) {
  out.reserve(out.size() + answer.body.size() + 256);
  out += answer.status == 200 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 400 Bad Request\r\n";
  out.append("Server: Server\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: ");
  out.append(std::to_string(answer.body.size()));
  out.append("\r\nConnection: keep-alive\r\nx-amzn-RequestId: CANNED0ANSWER0OF0THE0BENCHMARK0WITHOUT0A0NUMBER00000");
  out.append("\r\nx-amz-crc32: ").append(std::to_string(base::crc32(answer.body)));
  out.append("\r\n\r\n").append(answer.body);
}

CannedAnswers::Answer CannedAnswers::to(std::string_view operation, std::string_view request) const {
  if (operation == "DescribeTable" || operation == "CreateTable") return describe(request);
  if (request.find("drift_permission_check") != std::string_view::npos) {
    return {.status = 400,
            .body = R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
                    R"("message":"The conditional request failed"})"};
  }
  const bool on_data = table_of(request) == table_.name;
  if (operation == "Scan" && on_data) return scan(request);
  if (operation == "Scan" || operation == "Query") return {.body = R"({"Items":[],"Count":0,"ScannedCount":0})"};
  if (is_write(operation) && on_data) return write(request);
  if (operation == "BatchWriteItem" && request.find('"' + table_.name + "\":[") != std::string_view::npos) {
    return write_batch(request);
  }
  return {.body = "{}"};  // a read that finds nothing, a write that succeeds
}

CannedAnswers::Answer CannedAnswers::describe(std::string_view request) const {
  const std::string name(table_of(request));
  KeyJson key{R"({"AttributeName":"id","AttributeType":"N"})", R"({"AttributeName":"id","KeyType":"HASH"})"};
  if (name != table_.name) key = key_of_meta_table(name);
  std::string body = R"({"Table":{"TableName":")" + name + R"(","TableStatus":"ACTIVE","TableId":"canned-)" + name +
                     R"(","TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/)" + name + R"(",)";
  body.append(R"("AttributeDefinitions":[)").append(key.attributes).append(R"(],"KeySchema":[)").append(key.schema);
  body.append(R"(],"ItemCount":0,"TableSizeBytes":0,"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"}}})");
  return {.body = std::move(body)};
}

CannedAnswers::Answer CannedAnswers::scan(std::string_view request) const {
  const std::size_t limit = number_at(between(request, R"("Limit":)", ','), table_.items);
  // A segment is a part of the items in their order.
  const std::size_t segments = number_at(between(request, R"("TotalSegments":)", ','), 1);
  const std::size_t segment = number_at(between(request, R"("Segment":)", ','), 0);
  const std::size_t begin = first_id + table_.items * segment / segments;
  const std::size_t end = first_id + table_.items * (segment + 1) / segments;
  const std::size_t from = number_at(between(request, R"("ExclusiveStartKey":{"id":{"N":")", '"'), begin - 1) + 1;
  const std::size_t fitting = std::max<std::size_t>(page_bytes_max / table_.item_bytes, 1);
  const std::size_t count = std::min({limit, fitting, end - from});
  std::string body;
  body.reserve(count * (before_id_.size() + behind_id_.size() + 16) + 256);
  body = R"({"Items":[)";
  for (std::size_t id = from; id < from + count; ++id) {
    if (id > from) body += ',';
    append_item(body, std::to_string(id));
  }
  const std::string amount = std::to_string(count);
  body.append(R"(],"Count":)").append(amount).append(R"(,"ScannedCount":)").append(amount);
  if (from + count < end) {
    body.append(R"(,"LastEvaluatedKey":{"id":{"N":")").append(std::to_string(from + count - 1)).append(R"("}})");
  }
  const std::size_t units = (count * table_.item_bytes + 4095) / 4096;
  body.append(R"(,"ConsumedCapacity":{"TableName":")").append(table_.name);
  body.append(R"(","CapacityUnits":)").append(std::to_string(units)).append("}}");
  return {.body = std::move(body)};
}

CannedAnswers::Answer CannedAnswers::write(std::string_view request) const {
  std::string body = "{";
  if (asks_for_item(request)) {
    body += R"("Attributes":)";
    append_item(body, between(request, R"("id":{"N":")", '"'));
    body += ',';
  }
  body.append(R"("ConsumedCapacity":{"TableName":")").append(table_.name).append(R"(","CapacityUnits":1.0}})");
  return {.body = std::move(body)};
}

CannedAnswers::Answer CannedAnswers::write_batch(std::string_view request) const {
  std::size_t parts = 0;
  for (const std::string_view kind : {R"({"PutRequest":)", R"({"DeleteRequest":)"}) {
    for (std::size_t at = request.find(kind); at != std::string_view::npos; at = request.find(kind, at + 1)) ++parts;
  }
  return {.body = R"({"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":")" + table_.name +
                  R"(","CapacityUnits":)" + std::to_string(parts) + ".0}]}"};
}

void CannedAnswers::append_item(std::string& out, std::string_view id) const {
  out.append(before_id_).append(id).append(behind_id_);
}

}  // namespace drift::bench
