#include "client/request_json.hpp"

#include "base/text.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <utility>

namespace drift::client {

void append_names(std::string& out, const Names& names) {
  out += '{';
  for (const auto& [placeholder, name] : names) {
    if (out.back() != '{') out += ',';
    value::append_json_string(out, placeholder);
    out += ':';
    value::append_json_string(out, name);
  }
  out += '}';
}

RequestJson::RequestJson(std::size_t bytes) {
  out_.reserve(bytes);
  out_ += '{';
}

std::string& RequestJson::begin(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  out_.append("\"").append(name).append("\":");
  return out_;
}

RequestJson& RequestJson::text(std::string_view name, std::string_view value) {
  value::append_json_string(begin(name), value);
  return *this;
}

RequestJson& RequestJson::text_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}

RequestJson& RequestJson::number(std::string_view name, std::uint64_t value) {
  base::append_decimal(begin(name), value);
  return *this;
}

RequestJson& RequestJson::flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

RequestJson& RequestJson::raw(std::string_view name, std::string_view json) {
  begin(name) += json;
  return *this;
}

RequestJson& RequestJson::raw_member(std::string_view name, std::string_view json) {
  if (out_.size() > 1) out_ += ',';
  value::append_json_string(out_, name);
  out_.append(":").append(json);
  return *this;
}

RequestJson& RequestJson::attributes(std::string_view name, const Attributes& value) {
  value::append_json(begin(name), value);
  return *this;
}

RequestJson& RequestJson::names(const Names& names) {
  if (!names.empty()) append_names(begin("ExpressionAttributeNames"), names);
  return *this;
}

RequestJson& RequestJson::values(const Attributes& values) {
  return values.empty() ? *this : attributes("ExpressionAttributeValues", values);
}

std::string RequestJson::take() {
  out_ += '}';
  return std::exchange(out_, {});
}

std::string scan_request(const ScanRequest& request) {
  const ScanOptions& options = *request.options;
  RequestJson json;
  json.text("TableName", request.table);
  json.text_if("IndexName", options.index);
  if (options.consistent) json.flag("ConsistentRead", true);
  json.text_if("FilterExpression", options.filter.text);
  json.text_if("ProjectionExpression", options.projection);
  json.names(options.filter.names).values(options.filter.values);
  if (options.total_segments > 1)
    json.number("Segment", options.segment).number("TotalSegments", options.total_segments);
  if (options.page_limit > 0) json.number("Limit", options.page_limit);
  if (!request.start_key.empty()) json.raw("ExclusiveStartKey", request.start_key);
  json.text("ReturnConsumedCapacity", "TOTAL");
  return json.take();
}

}  // namespace drift::client
