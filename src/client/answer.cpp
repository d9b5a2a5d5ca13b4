// An answer is trusted when its checksum agrees, where the server sent one, and when it is JSON, which DynamoDB always
// answers: a proxy, a captive portal or another service does not.
#include "client/answer.hpp"

#include "base/crc32.hpp"
#include "client/timestamp.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <charconv>
#include <vector>

namespace drift::client {
namespace {

using value::JsonObject;

bool checksum_agrees(const wire::Response& response) {
  const std::string_view header = response.header("x-amz-crc32");
  if (header.empty()) return true;
  std::uint32_t expected = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), expected);
  return error == std::errc() && end == header.data() + header.size() && expected == base::crc32(response.body);
}

bool looks_like_json_object(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  const std::size_t end = body.find_last_not_of(" \t\r\n");
  return begin != std::string_view::npos && body[begin] == '{' && body[end] == '}';
}

// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" or a URI after it: the bare name.
std::string bare_code(std::string_view type) {
  if (const std::size_t hash = type.find('#'); hash != std::string_view::npos) type.remove_prefix(hash + 1);
  return std::string(type.substr(0, type.find(':')));
}

std::vector<std::string> cancellation_codes(const JsonObject& body) {
  std::vector<std::string> codes;
  for (const std::string_view reason : body.array("CancellationReasons")) {
    codes.push_back(JsonObject::parse(reason).string("Code").value_or("None"));
  }
  return codes;
}

Verdict lost(const wire::Response& response, std::string message) {
  return {.fate = Fate::lost,
          .message = std::move(message),
          .request_id = std::string(response.header("x-amzn-requestid")),
          .status = response.status,
          .failure = wire::Failure::Kind::malformed};
}

// What a gateway answers while the server behind it fails or is too slow; it may be gone the next time. 501 and 505 are
// of a server that will never understand the request.
bool may_be_a_gateways_fault(int status) {
  if (status == 501 || status == 505) return false;
  return status >= 500 || status == 408 || status == 429;
}

// The answer of something in between, or of something else altogether. A gateway's 5xx says nothing of what became of
// the request behind it.
Verdict judge_foreign(const wire::Response& response) {
  Verdict verdict{
      .fate = Fate::foreign, .request_id = std::string(response.header("x-amzn-requestid")), .status = response.status};
  verdict.message = "HTTP status " + std::to_string(response.status);
  const std::string_view type = response.header("content-type");
  if (!type.empty()) verdict.message.append(", ").append(type);
  if (may_be_a_gateways_fault(response.status)) {
    verdict.fate = Fate::error;
    verdict.anonymous = verdict.request_id.empty();
    verdict.code = response.status == 503 ? "ServiceUnavailable" : "InternalServerError";
    if (response.status == 429) verdict.code = "ThrottlingException";
    verdict.error_class = classify_error(response.status, {}, {});
  }
  return verdict;
}

void read_error_body(const std::string& body, Verdict& verdict) {
  const JsonObject json = JsonObject::parse(body);
  verdict.code = bare_code(json.string("__type").value_or(""));
  if (verdict.code.empty()) verdict.code = bare_code(json.string("code").value_or(""));
  auto message = json.string("message");
  if (!message) message = json.string("Message");
  verdict.message = std::move(message).value_or("");
  verdict.error_class = verdict.code == "TransactionCanceledException"
                            ? classify_cancellation(cancellation_codes(json))
                            : classify_error(verdict.status, verdict.code, verdict.message);
}

Verdict judge_error(const wire::Response& response) {
  if (!looks_like_json_object(response.body)) return judge_foreign(response);
  Verdict verdict{.fate = Fate::error,
                  .request_id = std::string(response.header("x-amzn-requestid")),
                  .status = response.status,
                  .server_time = parse_http_date(response.header("date"))};
  try {
    read_error_body(response.body, verdict);
  } catch (const Error&) {
    return judge_foreign(response);
  }
  if (verdict.code.empty()) return judge_foreign(response);
  return verdict;
}

Verdict judge_response(const wire::Response& response) {
  if (!checksum_agrees(response)) return lost(response, "its checksum (x-amz-crc32) is wrong");
  if (response.status != 200) return judge_error(response);
  if (looks_like_json_object(response.body)) return {};
  return judge_foreign(response);
}

Verdict judge_failure(const wire::Failure& failure) {
  return {
      .fate = failure.maybe_executed ? Fate::lost : Fate::unsent, .message = failure.message, .failure = failure.kind};
}

}  // namespace

Verdict judge(const wire::Answer& answer) {
  if (const auto* failure = std::get_if<wire::Failure>(&answer)) return judge_failure(*failure);
  return judge_response(std::get<wire::Response>(answer));
}

}  // namespace drift::client
