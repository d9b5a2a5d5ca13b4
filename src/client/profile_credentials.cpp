#include "client/profile_credentials.hpp"

#include "client/container_credentials.hpp"
#include "client/credentials_json.hpp"
#include "client/environment_credentials.hpp"
#include "client/instance_credentials.hpp"
#include "client/process_credentials.hpp"
#include "client/profile_file.hpp"
#include "client/sts.hpp"
#include "client/web_identity_credentials.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace drift::client {
namespace {

constexpr const char* export_step =
    "Let the AWS command line do it: eval \"$(aws configure export-credentials --profile NAME --format env)\"";

std::string quoted(const std::string& profile) { return "profile \"" + profile + "\""; }

// One look through the files, from profile to source profile.
class ProfileWalk {
 public:
  ProfileWalk(const CredentialScope& scope, const Profiles& profiles) : scope_(scope), profiles_(profiles) {}

  [[nodiscard]] bool has_role(const std::string& profile) const {
    return profiles_.value(profile, "role_arn") && !profiles_.value(profile, "web_identity_token_file");
  }

  [[nodiscard]] bool has_keys(const std::string& profile) const {
    return profiles_.value(profile, "aws_access_key_id") || profiles_.value(profile, "aws_secret_access_key");
  }

  Credentials role(const std::string& profile) {
    visited_.push_back(profile);
    refuse_mfa(profile);
    const Credentials with = source_of(profile);
    return assume_role(scope_, profiles_,
                       {.arn = profiles_.value(profile, "role_arn").value_or(""),
                        .session_name = profiles_.value(profile, "role_session_name").value_or(""),
                        .external_id = profiles_.value(profile, "external_id").value_or(""),
                        .duration_seconds = profiles_.value(profile, "duration_seconds").value_or("")},
                       with);
  }

  // In the order of the AWS command line: keys in the credentials file, credential_process, keys in the config file.
  [[nodiscard]] std::optional<Credentials> own(const std::string& profile) const {
    refuse_login(profile);
    const bool keys_first = profiles_.credentials_file_value(profile, "aws_access_key_id").has_value();
    if (!keys_first) {
      if (const auto command = profiles_.value(profile, "credential_process")) {
        return run_credential_process(*command, scope_.transport->loop().clock());
      }
    }
    return keys(profile);
  }

 private:
  [[nodiscard]] std::optional<Credentials> keys(const std::string& profile) const {
    if (!has_keys(profile)) return std::nullopt;
    auto key = profiles_.value(profile, "aws_access_key_id");
    auto secret = profiles_.value(profile, "aws_secret_access_key");
    if (!key || !secret) {
      throw_credentials_error(quoted(profile), "it has only one of aws_access_key_id and aws_secret_access_key");
    }
    return Credentials{.access_key_id = std::move(*key),
                       .secret_access_key = std::move(*secret),
                       .session_token = profiles_.value(profile, "aws_session_token").value_or("")};
  }

  [[nodiscard]] Credentials source_of(const std::string& profile) {
    const auto source_profile = profiles_.value(profile, "source_profile");
    const auto place = profiles_.value(profile, "credential_source");
    if (source_profile.has_value() == place.has_value()) {
      throw_credentials_error(quoted(profile),
                              "with role_arn it needs one of source_profile and credential_source, and not both");
    }
    return place ? of_place(*place, profile) : of_source_profile(*source_profile, profile);
  }

  [[nodiscard]] Credentials of_place(const std::string& place, const std::string& profile) const {
    std::unique_ptr<CredentialSource> source;
    if (place == "Environment") source = std::make_unique<EnvironmentCredentials>(scope_.environment);
    if (place == "EcsContainer") source = std::make_unique<ContainerCredentials>(scope_);
    if (place == "Ec2InstanceMetadata") source = std::make_unique<InstanceCredentials>(scope_);
    if (!source) {
      throw_credentials_error(
          quoted(profile), "credential_source " + place + " is none of Environment, EcsContainer, Ec2InstanceMetadata");
    }
    auto credentials = source->find();
    if (!credentials) {
      throw_credentials_error(quoted(profile), "credential_source " + place + " has none: " + source->looked_for());
    }
    return std::move(*credentials);
  }

  [[nodiscard]] Credentials of_source_profile(const std::string& source, const std::string& profile) {
    if (!profiles_.has(source)) {
      throw_credentials_error(quoted(profile), "its source_profile \"" + source + "\" does not exist");
    }
    // A profile may name itself: its keys assume its role. Any other way back is a circle.
    const bool seen = std::find(visited_.begin(), visited_.end(), source) != visited_.end();
    if (seen && (source != profile || !has_keys(source))) {
      throw_credentials_error(quoted(profile), "its source_profile \"" + source + "\" leads back to itself");
    }
    if (!has_keys(source) && has_role(source)) return role(source);
    auto credentials = web_identity_of_profile(scope_, profiles_, seen ? std::string() : source, false);
    if (!credentials) credentials = own(source);
    if (!credentials) {
      throw_credentials_error(quoted(profile), "its source_profile \"" + source + "\" has no credentials");
    }
    return std::move(*credentials);
  }

  void refuse_mfa(const std::string& profile) const {
    if (!profiles_.value(profile, "mfa_serial")) return;
    throw_credentials_error(quoted(profile),
                            "its role needs a code of a MFA device (mfa_serial), which is not asked for", export_step);
  }

  void refuse_login(const std::string& profile) const {
    for (const char* key : {"sso_session", "sso_start_url", "login_session"}) {
      if (!profiles_.value(profile, key)) continue;
      throw_credentials_error(quoted(profile),
                              std::string("it logs in by ") + key + ", which is left to the AWS command line",
                              export_step);
    }
  }

  const CredentialScope& scope_;
  const Profiles& profiles_;
  std::vector<std::string> visited_;
};

}  // namespace

std::optional<Credentials> RoleCredentials::find() {
  const Profiles profiles = Profiles::load(scope_.environment);
  ProfileWalk walk(scope_, profiles);
  if (!walk.has_role(scope_.profile)) return std::nullopt;
  return walk.role(scope_.profile);
}

std::optional<Credentials> ProfileCredentials::find() {
  const Profiles profiles = Profiles::load(scope_.environment);
  return ProfileWalk(scope_, profiles).own(scope_.profile);
}

std::string ProfileCredentials::looked_for() const {
  const Profiles profiles = Profiles::load(scope_.environment);
  return quoted(scope_.profile) + " in " + profiles.credentials_file().string() + " and " +
         profiles.config_file().string();
}

}  // namespace drift::client
