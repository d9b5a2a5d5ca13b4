// The two operations of the AWS Security Token Service that credentials come from: AssumeRole, signed with other
// credentials, and AssumeRoleWithWebIdentity, unsigned (STS API reference).
#pragma once

#include "client/credential_source.hpp"
#include "client/profile_file.hpp"

#include <drift/credentials.hpp>

#include <string>

namespace drift::client {

struct Role {
  std::string arn = {};
  std::string session_name = {};      // empty: one is made up
  std::string external_id = {};       // of AssumeRole
  std::string duration_seconds = {};  // of AssumeRole; empty: the service's default, one hour
};

// Each throws Error (code "CredentialsError"), naming the role and the service's reason.
Credentials assume_role(const CredentialScope& scope, const Profiles& profiles, const Role& role,
                        const Credentials& with);
Credentials assume_role_with_web_identity(const CredentialScope& scope, const Profiles& profiles, const Role& role,
                                          const std::string& token);

}  // namespace drift::client
