// Certificates for tests, made when the test runs: a certificate authority of the test's own, and server certificates
// that it signs. Keys are of the P-256 curve. Nothing here leaves the process except through files that the test
// writes.
#pragma once

#include <chrono>
#include <string>

namespace drift::testing {

struct KeyPair {
  std::string certificate_pem = {};
  std::string key_pem = {};
};

// A self-signed authority.
KeyPair make_authority(const std::string& name);

struct CertificateRequest {
  std::string name = "localhost";
  std::string subject_alt_names = "DNS:localhost,IP:127.0.0.1";
  std::chrono::seconds starts{-3'600};  // from now
  std::chrono::seconds ends{3'600};
};

// A server's certificate, signed by the authority.
KeyPair make_certificate(const KeyPair& authority, const CertificateRequest& request = {});

// Writes text into a new file of its own below the system's temporary directory, removed with this object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace drift::testing
