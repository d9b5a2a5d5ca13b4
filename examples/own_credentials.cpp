// Credentials from a source of one's own, here a file that something else renews: the access key's id, the secret and,
// if there is one, the session token, one a line. A provider over the AWS SDK, a vault or a command looks the same.
//
//   own_credentials <file>
#include <drift/drift.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

// It keeps nothing, so calls from several threads at once need no lock: the client itself remembers what it was given
// until shortly before `expiry`.
class CredentialsFile : public drift::CredentialsProvider {
 public:
  explicit CredentialsFile(std::string path) : path_(std::move(path)) {}

  drift::Credentials credentials() override {
    std::ifstream file(path_);
    drift::Credentials found;
    std::getline(file, found.access_key_id);
    std::getline(file, found.secret_access_key);
    std::getline(file, found.session_token);
    if (found.access_key_id.empty() || found.secret_access_key.empty()) {
      // The message is for the person who reads it: name the file, never what is in it.
      throw drift::Error({.code = "CredentialsError",
                          .message = "no credentials in " + path_,
                          .next_step = "Write the access key's id and the secret into it, one a line."});
    }
    found.expiry = std::chrono::system_clock::now() + std::chrono::minutes(15);  // then it is read again
    return found;
  }

 private:
  std::string path_;
};

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s <file>\n", argv[0]);
    return 2;
  }
  drift::Client dynamodb({.credentials = std::make_shared<CredentialsFile>(argv[1])});
  std::printf("tables at %s:\n", dynamodb.endpoint().c_str());
  for (const std::string& table : dynamodb.list_tables()) std::printf("  %s\n", table.c_str());
  return 0;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
