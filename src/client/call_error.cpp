#include "client/call_error.hpp"

#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <string>
#include <utility>

namespace drift::client {
namespace {

using Kind = wire::Failure::Kind;

// Table and key as the request names them; nothing where it is not as expected (Client::call passes any text).
void read_request(std::string_view request, Error::Details& details) {
  try {
    const auto json = value::JsonObject::parse(request);
    if (details.table.empty()) details.table = json.string("TableName").value_or("");
    if (const auto key = json.raw("Key")) details.key = value::parse_attributes(*key);
  } catch (const Error&) {
    // The text is the caller's own; what is wrong with it is the server's to say.
    return;
  }
}

Error::Details details_of(const CallContext& context) {
  Error::Details details;
  details.table = context.table;
  details.in_doubt = context.in_doubt;
  read_request(context.request, details);
  return details;
}

const std::string& url(const CallContext& context) { return context.settings.endpoint_url; }

std::string on_table(const Error::Details& details) {
  return details.table.empty() ? std::string() : " on table " + details.table;
}

bool is_aws(const wire::Endpoint& endpoint) {
  return endpoint.host.ends_with(".amazonaws.com") || endpoint.host.ends_with(".amazonaws.com.cn");
}

void add_doubt(const CallContext& context, std::string message, Error::Details& details) {
  details.message = std::move(message) + " " + context.operation.name + " may or may not have been executed.";
  details.next_step =
      "Do not repeat it blindly: read what it should have changed, and repeat it only if it was not executed.";
  details.retryable = false;
}

// Why, in the system's own words: in the transport's they follow a sentence that says again what was not found.
std::string resolvers_words(std::string_view message) {
  const std::size_t colon = message.rfind(": ");
  if (colon != std::string_view::npos) message.remove_prefix(colon + 2);
  return message.empty() ? std::string() : " (" + std::string(message) + ")";
}

void explain_unsent(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  const wire::Endpoint& endpoint = context.settings.endpoint;
  details.code = "ConnectionFailed";
  details.retryable = true;
  switch (verdict.failure) {
    case Kind::resolve:
      details.message = "No address was found for " + endpoint.host + resolvers_words(verdict.message);
      details.next_step = is_aws(endpoint)
                              ? "Check the network, and the name of the region (\"" + context.settings.region + "\")."
                              : "Check the network, and the endpoint (AWS_ENDPOINT_URL_DYNAMODB, "
                                "AWS_ENDPOINT_URL, the profile's endpoint_url).";
      break;
    case Kind::tls:
      details.message = "No secure connection to " + url(context);
      details.next_step =
          "Check that the endpoint is the right one and speaks TLS, this machine's clock, and the certificates "
          "(AWS_CA_BUNDLE, ca_bundle).";
      break;
    default:
      details.message = "Cannot connect to " + url(context);
      details.next_step = is_aws(endpoint) ? "Check the network and its firewall."
                                           : "Check that the server runs, and the endpoint (AWS_ENDPOINT_URL_DYNAMODB, "
                                             "AWS_ENDPOINT_URL, the profile's endpoint_url).";
  }
  if (verdict.failure != Kind::resolve && !verdict.message.empty()) details.message += ": " + verdict.message;
  details.message += ". " + context.operation.name + " was not sent.";
}

void explain_lost(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  const std::string why = verdict.message.empty() ? std::string() : ": " + verdict.message;
  details.code = context.in_doubt ? "AnswerLost" : "ConnectionFailed";
  details.retryable = true;  // unless it is in doubt: see add_doubt
  details.message = context.operation.name + " was sent to " + url(context) + ", but its answer was lost" + why + ".";
  details.next_step = "Check the network; the same call can be made again.";
  if (verdict.failure == Kind::too_large) {
    details.retryable = false;
    details.next_step = "Ask for less at once (a page limit, a projection).";
  }
}

void explain_foreign(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.code = "WrongEndpoint";
  details.message = "What answers at " + url(context) + " is not DynamoDB (" + verdict.message + ").";
  details.next_step =
      "Check the endpoint (AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, the profile's endpoint_url) and whether a "
      "proxy or a login page of the network stands in between.";
}

void explain_missing(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  const bool about_table = details.table.empty() ? verdict.message.find("able") != std::string::npos
                                                 : verdict.message.find("ndex") == std::string::npos;
  const std::string where = " in region " + context.settings.region + " (" + url(context) + ")";
  if (about_table && !details.table.empty()) {
    details.message = "Table " + details.table + " does not exist" + where + ".";
  } else {
    details.message = context.operation.name + where + ": " + verdict.message;
  }
  details.next_step =
      "Check the name, the region (AWS_REGION), the account that the credentials are of (AWS_PROFILE) and the "
      "endpoint.";
}

void explain_denied(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.message = "No permission for " + context.operation.name + on_table(details) + ": " + verdict.message;
  details.next_step = "Allow dynamodb:" + context.operation.name +
                      (details.table.empty() ? "" : " on table " + details.table) +
                      " to these credentials, or use others (AWS_PROFILE).";
}

void explain_credentials(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.message = url(context) + " does not accept the credentials: " + verdict.message;
  details.next_step =
      verdict.code.starts_with("Expired")
          ? "Log in again, or renew the credentials, and make the same call again."
          : "Check the access key and the session token, and that they are for this endpoint and region (" +
                context.settings.region + ").";
}

void explain_signature(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.message = url(context) + " does not accept the signature: " + verdict.message;
  if (verdict.message.find("scoped to a valid region") != std::string::npos) {
    details.message =
        url(context) + " does not take requests that are signed for region " + context.settings.region + ".";
    details.next_step = "Set the region (AWS_REGION) to the endpoint's own.";
  } else {
    details.next_step = "Check the secret access key, and this machine's clock (date -u).";
  }
}

// An error that a gateway or another server made, most likely: DynamoDB's own have a request id.
void explain_anonymous(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.message = context.operation.name + ": " + url(context) + " answered " + verdict.message +
                    ", as a proxy or another server does, not DynamoDB.";
  details.next_step =
      "The same call can be made again. If it fails again, check the endpoint (AWS_ENDPOINT_URL_DYNAMODB, "
      "AWS_ENDPOINT_URL, the profile's endpoint_url) and the proxy.";
}

bool is_denial(std::string_view code) {
  return code == "AccessDeniedException" || code == "AccessDenied" || code == "NotAuthorized";
}

void explain_server_error(const CallContext& context, const Verdict& verdict, Error::Details& details) {
  details.code = verdict.code;
  switch (verdict.error_class) {
    case ErrorClass::credentials:
      return explain_credentials(context, verdict, details);
    case ErrorClass::clock:
      return explain_signature(context, verdict, details);
    case ErrorClass::throttled:
      details.retryable = true;
      details.next_step = "It was not executed. Try it again later, or raise the capacity of the table or its index.";
      break;
    case ErrorClass::conflict:
      details.retryable = true;
      details.next_step = "It was not executed. Try it again later.";
      break;
    case ErrorClass::server:
      details.retryable = true;  // unless it is in doubt: see add_doubt
      details.next_step = "The same call can be made again.";
      break;
    case ErrorClass::refused:
      if (verdict.code == "ResourceNotFoundException") return explain_missing(context, verdict, details);
      if (is_denial(verdict.code)) return explain_denied(context, verdict, details);
      break;
  }
  if (verdict.anonymous) return explain_anonymous(context, verdict, details);
  details.message = context.operation.name + ": " +
                    (verdict.message.empty() ? "HTTP status " + std::to_string(verdict.status) : verdict.message);
}

}  // namespace

Error call_error(const CallContext& context, const Verdict& verdict) {
  Error::Details details = details_of(context);
  details.request_id = verdict.request_id;
  switch (verdict.fate) {
    case Fate::unsent:
      explain_unsent(context, verdict, details);
      break;
    case Fate::lost:
      explain_lost(context, verdict, details);
      break;
    case Fate::foreign:
      explain_foreign(context, verdict, details);
      break;
    default:
      explain_server_error(context, verdict, details);
  }
  if (context.attempts > 1) details.message += " (" + std::to_string(context.attempts) + " attempts)";
  if (context.in_doubt) add_doubt(context, std::move(details.message), details);
  return Error(std::move(details));
}

Error cancelled_error(const CallContext& context) {
  Error::Details details = details_of(context);
  details.code = context.in_doubt ? "AnswerLost" : "Cancelled";
  details.message = context.operation.name + " was stopped before it was executed.";
  details.retryable = true;
  if (context.in_doubt)
    add_doubt(context, context.operation.name + " was stopped, and the answer to it was lost.", details);
  return Error(std::move(details));
}

Error credentials_error(const CallContext& context, const Error& error) {
  Error::Details details = error.details();
  Error::Details call = details_of(context);
  if (details.table.empty()) details.table = std::move(call.table);
  if (details.key.empty()) details.key = std::move(call.key);
  return Error(std::move(details));
}

}  // namespace drift::client
