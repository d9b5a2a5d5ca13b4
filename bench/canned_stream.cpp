// CannedStream: see the header. OpenSSL reads ahead, so that a request costs one system call to receive, as without
// TLS.
#include "bench/canned_stream.hpp"

#include "support/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace drift::bench {

namespace {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> bio_of(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

SSL* open_session(int socket, SSL_CTX* tls) {
  if (tls == nullptr) return nullptr;
  SSL* const session = SSL_new(tls);
  if (session == nullptr || SSL_set_fd(session, socket) != 1) throw std::runtime_error("no TLS session");
  SSL_set_accept_state(session);
  return session;
}

}  // namespace

void TlsFree::operator()(SSL* session) const noexcept { SSL_free(session); }
void TlsFree::operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }

TlsServerContext make_tls_server(const testing::KeyPair& certificate) {
  TlsServerContext context(SSL_CTX_new(TLS_server_method()));
  const auto certificate_bio = bio_of(certificate.certificate_pem);
  const auto key_bio = bio_of(certificate.key_pem);
  const Owned<X509> x509(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!context || SSL_CTX_use_certificate(context.get(), x509.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    throw std::runtime_error("the canned server cannot use its certificate");
  }
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

CannedStream::CannedStream(int socket, SSL_CTX* tls) : socket_(socket), tls_(open_session(socket, tls)) {}

CannedStream::~CannedStream() { close(socket_); }

ssize_t CannedStream::receive(std::span<char> room) {
  if (tls_) {
    ERR_clear_error();
    return judge(SSL_read(tls_.get(), room.data(), static_cast<int>(room.size())));
  }
  const ssize_t size = recv(socket_, room.data(), room.size(), 0);
  if (size >= 0) return size;
  return errno == EAGAIN ? -1 : 0;
}

ssize_t CannedStream::send(std::string_view text) {
  if (tls_) {
    ERR_clear_error();
    return judge(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())));
  }
  const ssize_t size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  if (size >= 0) return size;
  return errno == EAGAIN ? -1 : 0;
}

bool CannedStream::holds_more() const noexcept { return tls_ && SSL_has_pending(tls_.get()) == 1; }

ssize_t CannedStream::judge(int result) const {
  if (result > 0) return result;
  const int error = SSL_get_error(tls_.get(), result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
}

}  // namespace drift::bench
