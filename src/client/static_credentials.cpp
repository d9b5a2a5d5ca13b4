#include "client/static_credentials.hpp"

namespace drift {

std::shared_ptr<CredentialsProvider> static_credentials(std::string access_key_id, std::string secret_access_key,
                                                        std::string session_token) {
  return std::make_shared<client::StaticCredentials>(Credentials{.access_key_id = std::move(access_key_id),
                                                                 .secret_access_key = std::move(secret_access_key),
                                                                 .session_token = std::move(session_token)});
}

}  // namespace drift
