// X.509 by OpenSSL, as short as it goes.
#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>

namespace drift::testing {
namespace {

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;

template <typename T>
T must(T result) {
  if (!result) throw std::runtime_error("OpenSSL could not make a test certificate");
  return result;
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio bio_of(const std::string& text) { return Bio(must(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())))); }

KeyPair to_pem(X509* certificate, EVP_PKEY* key) {
  const Bio certificate_bio(must(BIO_new(BIO_s_mem())));
  const Bio key_bio(must(BIO_new(BIO_s_mem())));
  must(PEM_write_bio_X509(certificate_bio.get(), certificate));
  must(PEM_write_bio_PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr));
  return {text_of(certificate_bio), text_of(key_bio)};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = must(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  must(X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
}

Certificate begin_certificate(EVP_PKEY* key, const std::string& name, std::chrono::seconds starts,
                              std::chrono::seconds ends) {
  Certificate certificate(must(X509_new()));
  std::random_device random;
  must(X509_set_version(certificate.get(), 2));
  must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), random()));
  must(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), starts.count()));
  must(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ends.count()));
  must(X509_set_pubkey(certificate.get(), key));
  must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0));
  return certificate;
}

}  // namespace

KeyPair make_authority(const std::string& name) {
  const Key key(must(EVP_EC_gen("P-256")));
  constexpr std::chrono::hours life{24};
  const Certificate certificate = begin_certificate(key.get(), name, -life, life);
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())));
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
  add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  must(X509_sign(certificate.get(), key.get(), EVP_sha256()));
  return to_pem(certificate.get(), key.get());
}

KeyPair make_certificate(const KeyPair& authority, const CertificateRequest& request) {
  const Certificate issuer(must(PEM_read_bio_X509(bio_of(authority.certificate_pem).get(), nullptr, nullptr, nullptr)));
  const Key issuer_key(must(PEM_read_bio_PrivateKey(bio_of(authority.key_pem).get(), nullptr, nullptr, nullptr)));
  const Key key(must(EVP_EC_gen("P-256")));
  const Certificate certificate = begin_certificate(key.get(), request.name, request.starts, request.ends);
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())));
  if (!request.subject_alt_names.empty())
    add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, request.subject_alt_names);
  add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
  must(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()));
  return to_pem(certificate.get(), key.get());
}

TemporaryFile::TemporaryFile(const std::string& text)
    : path_((std::filesystem::temp_directory_path() / "drift-test-XXXXXX").string()) {
  const int file = ::mkstemp(path_.data());
  if (file < 0) throw std::runtime_error("no temporary file at " + path_);
  const auto written = ::write(file, text.data(), text.size());
  ::close(file);
  if (written != static_cast<ssize_t>(text.size())) throw std::runtime_error("cannot write " + path_);
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace drift::testing
