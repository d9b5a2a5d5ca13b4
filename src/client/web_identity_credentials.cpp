#include "client/web_identity_credentials.hpp"

#include "base/text.hpp"
#include "client/credentials_json.hpp"
#include "client/sts.hpp"

namespace drift::client {

std::optional<Credentials> web_identity_of_profile(const CredentialScope& scope, const Profiles& profiles,
                                                   const std::string& profile, bool asks_environment) {
  const auto setting = [&](const char* variable, const char* key) {
    std::optional<std::string> value;
    if (asks_environment) value = scope.environment.variable(variable);
    return value ? value : profiles.value(profile, key);
  };
  const auto file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (!file) return std::nullopt;
  const auto role = setting("AWS_ROLE_ARN", "role_arn");
  if (!role) {
    throw_credentials_error("the web identity token " + *file, "no role is named", "Set AWS_ROLE_ARN, or `role_arn`.");
  }
  // Read each time: whoever wrote it replaces it before it expires.
  const auto token = scope.environment.read_file(scope.environment.expand(*file));
  if (!token || base::trim(*token).empty()) {
    throw_credentials_error("the web identity token " + *file, "the file cannot be read, or is empty");
  }
  const auto session = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
  return assume_role_with_web_identity(scope, profiles, {.arn = *role, .session_name = session.value_or("")},
                                       std::string(base::trim(*token)));
}

std::optional<Credentials> WebIdentityCredentials::find() {
  return web_identity_of_profile(scope_, Profiles::load(scope_.environment), scope_.profile,
                                 !scope_.profile_is_explicit);
}

}  // namespace drift::client
