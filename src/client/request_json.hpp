// RequestJson: writes the JSON object of a request, member by member, into one string. Members that are empty are left
// out, as DynamoDB wants them: it refuses an empty expression and an empty map of names.
#pragma once

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::client {

// Appends {"#a":"a.b"}: the value of ExpressionAttributeNames.
void append_names(std::string& out, const Names& names);

class RequestJson {
 public:
  explicit RequestJson(std::size_t bytes = 512);

  RequestJson& text(std::string_view name, std::string_view value);  // always written
  RequestJson& text_if(std::string_view name, std::string_view value);
  RequestJson& number(std::string_view name, std::uint64_t value);
  RequestJson& flag(std::string_view name, bool value);
  RequestJson& raw(std::string_view name, std::string_view json);
  // The same for a name that may need escaping: one that is not the API's own.
  RequestJson& raw_member(std::string_view name, std::string_view json);
  RequestJson& attributes(std::string_view name, const Attributes& value);  // always written
  // ExpressionAttributeNames and ExpressionAttributeValues.
  RequestJson& names(const Names& names);
  RequestJson& values(const Attributes& values);

  // A member whose value the caller appends to the string, whole.
  std::string& begin(std::string_view name);

  // The request; the writer is empty afterwards.
  std::string take();

 private:
  std::string out_;
};

// What a scan (or a segment of one) asks for, but for the place where it goes on.
struct ScanRequest {
  std::string_view table = {};
  const ScanOptions* options = nullptr;
  std::string_view start_key = {};  // raw DynamoDB JSON of ExclusiveStartKey; empty: from the beginning
};
std::string scan_request(const ScanRequest& request);

}  // namespace drift::client
