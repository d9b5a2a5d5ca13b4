#include "client/sts.hpp"

#include "base/text.hpp"
#include "client/credentials_json.hpp"
#include "client/endpoint_settings.hpp"
#include "client/http_fetch.hpp"
#include "client/retry.hpp"
#include "client/secrets.hpp"
#include "client/timestamp.hpp"
#include "client/waiting.hpp"
#include "wire/sigv4.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace drift::client {
namespace {

constexpr std::string_view content_type = "application/x-www-form-urlencoded; charset=utf-8";
constexpr std::chrono::milliseconds timeout{10'000};
constexpr int attempts_max = 3;
constexpr std::chrono::milliseconds pause{500};

// A form's body (HTML, "application/x-www-form-urlencoded"): all but the unreserved characters as %XX.
class Form {
 public:
  explicit Form(std::string_view action) {
    add("Action", action);
    add("Version", "2011-06-15");
  }
  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!text_.empty()) text_ += '&';
    text_.append(name).append("=");
    for (const char c : value) append(c);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void append(char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '_' || c == '.' || c == '~';
    if (unreserved) {
      text_ += c;
    } else {
      text_.append("%").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
  }
  std::string text_;
};

// The text of the first element of this name; the answers of STS have each name that is asked for only once.
std::string element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = xml.find("</" + std::string(name) + ">", begin);
  if (end == std::string_view::npos) return {};
  std::string text(xml.substr(begin + open.size(), end - begin - open.size()));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities{
      {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}}};
  for (const auto& [entity, character] : entities) {
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), character);
    }
  }
  return text;
}

std::string session_name(const Role& role, base::Clock& clock) {
  if (!role.session_name.empty()) return role.session_name;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock.system().time_since_epoch());
  return "drift-" + std::to_string(seconds.count());
}

bool is_temporary(const wire::Answer& answer) {
  const auto* response = std::get_if<wire::Response>(&answer);
  if (response == nullptr) return true;  // asking again for credentials does no harm
  const ErrorClass what = classify_error(response->status, element(response->body, "Code"), {});
  return response->status != 200 && (what == ErrorClass::server || what == ErrorClass::throttled ||
                                     element(response->body, "Code") == "IDPCommunicationError");
}

Credentials read_answer(const wire::Answer& answer, const std::string& source, const wire::Endpoint& endpoint,
                        const Credentials* with) {
  const auto* response = std::get_if<wire::Response>(&answer);
  if (response == nullptr) throw_credentials_error(source, endpoint.url() + ": " + failure_text(answer));
  if (response->status != 200) {
    const std::string code = element(response->body, "Code");
    if (code.empty()) throw_credentials_error(source, endpoint.url() + ": " + failure_text(answer));
    std::string message = element(response->body, "Message");
    if (with != nullptr) message = without_secrets(std::move(message), *with);
    throw_credentials_error(source, code + ": " + message,
                            "Check that the role's trust policy allows these credentials to assume it.");
  }
  Credentials credentials{.access_key_id = element(response->body, "AccessKeyId"),
                          .secret_access_key = element(response->body, "SecretAccessKey"),
                          .session_token = element(response->body, "SessionToken"),
                          .expiry = parse_iso8601(element(response->body, "Expiration"))};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() || !credentials.expiry) {
    throw_credentials_error(source, endpoint.url() + " answered something else than credentials");
  }
  return credentials;
}

// `with`: null for a request that is not signed.
Credentials ask(const CredentialScope& scope, const Profiles& profiles, const Form& form, const std::string& source,
                const Credentials* with) {
  base::Loop& loop = scope.transport->loop();
  wire::Request request;
  request.endpoint = configured_endpoint(sts_service, scope.environment, profiles, scope.profile, scope.region);
  request.body = form.text();
  request.connect_timeout = timeout;
  request.answer_timeout = timeout;
  const std::string authority = request.endpoint.authority();
  const auto send = [&] {
    request.headers.clear();
    if (with == nullptr) {
      request.headers.append("host: ").append(authority).append("\r\ncontent-type: ");
      request.headers.append(content_type).append("\r\n");
    } else {
      wire::Signer signer(scope.region, "sts");
      signer.sign(request.headers,
                  {.access_key_id = with->access_key_id,
                   .secret_access_key = with->secret_access_key,
                   .session_token = with->session_token},
                  wire::SignedPost{.authority = authority, .content_type = content_type, .body = request.body},
                  loop.clock().system());
    }
    return fetch(*scope.transport, request);
  };
  wire::Answer answer = send();
  for (int attempt = 1; attempt < attempts_max && is_temporary(answer); ++attempt) {
    wait_for(loop, pause);
    answer = send();
  }
  return read_answer(answer, source, request.endpoint, with);
}

}  // namespace

Credentials assume_role(const CredentialScope& scope, const Profiles& profiles, const Role& role,
                        const Credentials& with) {
  Form form("AssumeRole");
  form.add("RoleArn", role.arn);
  form.add("RoleSessionName", session_name(role, scope.transport->loop().clock()));
  form.add("ExternalId", role.external_id);
  form.add("DurationSeconds", role.duration_seconds);
  return ask(scope, profiles, form, "role " + role.arn + " (AssumeRole)", &with);
}

Credentials assume_role_with_web_identity(const CredentialScope& scope, const Profiles& profiles, const Role& role,
                                          const std::string& token) {
  Form form("AssumeRoleWithWebIdentity");
  form.add("RoleArn", role.arn);
  form.add("RoleSessionName", session_name(role, scope.transport->loop().clock()));
  form.add("WebIdentityToken", token);
  return ask(scope, profiles, form, "role " + role.arn + " (AssumeRoleWithWebIdentity)", nullptr);
}

}  // namespace drift::client
