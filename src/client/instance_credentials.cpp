#include "client/instance_credentials.hpp"

#include "base/text.hpp"
#include "client/credentials_json.hpp"
#include "client/endpoint_settings.hpp"
#include "client/http_fetch.hpp"
#include "client/profile_file.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace drift::client {
namespace {

constexpr const char* source = "the EC2 instance metadata service";
constexpr const char* role_path = "/latest/meta-data/iam/security-credentials/";
// Of seconds and of attempts. Where there is no such service nothing answers, and the search must not take long: both
// are 1 where nothing else is said, as for the AWS command line.
constexpr std::uint64_t number_max = 100;

const wire::Response* success(const wire::Answer& answer) {
  const auto* response = std::get_if<wire::Response>(&answer);
  return response != nullptr && response->status == 200 && !response->body.empty() ? response : nullptr;
}

bool is_temporary(const wire::Answer& answer) {
  const auto* response = std::get_if<wire::Response>(&answer);
  return response == nullptr || response->status >= 500;
}

// Both go into a request of our own as they are.
bool is_clean(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string InstanceCredentials::looked_for() const { return std::string(source) + " (" + outcome_ + ")"; }

std::optional<std::string> InstanceCredentials::setting(const char* variable, const char* key) const {
  auto value = scope_.environment.variable(variable);
  return value ? value : Profiles::load(scope_.environment).value(scope_.profile, key);
}

std::uint64_t InstanceCredentials::number(const char* variable, const char* key, std::uint64_t otherwise) const {
  const auto text = setting(variable, key);
  if (!text) return otherwise;
  const auto value = base::parse_uint64(*text);
  if (!value || *value == 0 || *value > number_max) {
    throw_credentials_error(source, std::string(variable) + " is no number from 1 to " + std::to_string(number_max));
  }
  return *value;
}

wire::Endpoint InstanceCredentials::endpoint() const {
  if (const auto url = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")) {
    return parse_endpoint(*url, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  }
  const auto mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  if (mode && base::equals_ignoring_case(*mode, "ipv6")) return {.tls = false, .host = "fd00:ec2::254", .port = 80};
  return {.tls = false, .host = "169.254.169.254", .port = 80};
}

wire::Answer InstanceCredentials::ask(const char* method, const std::string& path, const std::string& header) const {
  const std::chrono::seconds timeout(number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", 1));
  wire::Request request;
  request.endpoint = endpoint();
  request.method = method;
  request.target = path;
  request.headers = "host: " + request.endpoint.authority() + "\r\n" + header + "\r\n";
  request.connect_timeout = timeout;
  request.answer_timeout = timeout;
  auto left = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", 1);
  wire::Answer answer = fetch(*scope_.transport, request);
  while (--left > 0 && is_temporary(answer)) answer = fetch(*scope_.transport, request);
  return answer;
}

std::optional<Credentials> InstanceCredentials::find() {
  if (scope_.environment.flag("AWS_EC2_METADATA_DISABLED")) {
    outcome_ = "switched off by AWS_EC2_METADATA_DISABLED";
    return std::nullopt;
  }
  const wire::Answer token_answer = ask("PUT", "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds: 21600");
  const wire::Response* token = success(token_answer);
  if (token == nullptr || !is_clean(token->body)) {
    outcome_ = failure_text(token_answer);
    return std::nullopt;
  }
  const std::string header = "x-aws-ec2-metadata-token: " + token->body;
  const wire::Answer role_answer = ask("GET", role_path, header);
  const wire::Response* role = success(role_answer);
  if (role == nullptr) {
    outcome_ = "the instance has no role: " + failure_text(role_answer);
    return std::nullopt;
  }
  const std::string name(base::trim(std::string_view(role->body).substr(0, role->body.find('\n'))));
  if (!is_clean(name)) throw_credentials_error(source, "the name of the instance's role cannot be used");
  const wire::Answer answer = ask("GET", role_path + name, header);
  const wire::Response* response = success(answer);
  if (response == nullptr) throw_credentials_error(source, "role " + name + ": " + failure_text(answer));
  return parse_credentials_json(response->body, std::string(source) + ", role " + name);
}

}  // namespace drift::client
