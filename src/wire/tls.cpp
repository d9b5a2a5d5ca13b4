// OpenSSL over two memory BIOs: the network's bytes go in and out through these, so that only the connection touches
// the socket (OpenSSL's own socket BIO would raise SIGPIPE in a program that has not asked for it).
#include "wire/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>
#include <new>
#include <stdexcept>

namespace drift::wire {
namespace {

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL_free>>;

std::string last_error() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return reason != nullptr ? reason : "no reason given";
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string text_of(const ASN1_TIME* time) {
  const std::unique_ptr<BIO, Free<BIO_free>> bio(BIO_new(BIO_s_mem()));
  if (!bio || ASN1_TIME_print(bio.get(), time) != 1) return "an unreadable date";
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// The names that the certificate is for, as far as they help to see the mistake.
std::string names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  constexpr int names_max = 3;
  for (int i = 0, shown = 0; names && i < sk_GENERAL_NAME_num(names.get()) && shown < names_max; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const ASN1_STRING* dns = name->d.dNSName;
    text += text.empty() ? "" : ", ";
    text.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                static_cast<std::size_t>(ASN1_STRING_length(dns)));
    ++shown;
  }
  return text.empty() ? "other names" : text;
}

// `certificate`: the one that does not pass, which need not be the server's own.
std::string describe_verification(int code, const X509* certificate, const std::string& host) {
  const std::string subject = "the certificate of " + host;
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return subject + ", or of an authority above it, expired on " + text_of(X509_get0_notAfter(certificate)) +
             "; is this machine's clock right?";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return subject + ", or of an authority above it, is not valid before " +
             text_of(X509_get0_notBefore(certificate)) + "; is this machine's clock right?";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return subject + " is for " + names_of(certificate) + ": is the endpoint right?";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return subject +
             " is signed by an authority that is not trusted here; where it should be, set AWS_CA_BUNDLE to a PEM file "
             "with the authority's certificate";
    default:
      return subject + " does not verify: " + X509_verify_cert_error_string(code);
  }
}

std::string describe_failure(unsigned long code, const std::string& host) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return host + " does not speak TLS on this port; should the endpoint begin with http://?";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return host + " does not offer TLS 1.2 or newer";
    default:
      return "TLS with " + host + " failed: " + last_error();
  }
}

}  // namespace

struct TlsContext::State {
  Context context = Context(SSL_CTX_new(TLS_client_method()));
};

TlsContext::TlsContext(const std::string& ca_bundle) : state_(std::make_unique<State>()) {
  SSL_CTX* const context = state_->context.get();
  if (context == nullptr) throw std::bad_alloc();
  ERR_clear_error();
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  constexpr std::array<unsigned char, 9> only_http1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(context, only_http1.data(), only_http1.size()) != 0)
    throw std::runtime_error("OpenSSL cannot be set up for TLS 1.2: " + last_error());
  if (ca_bundle.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      throw std::runtime_error("the system's certificate authorities cannot be read: " + last_error());
    return;
  }
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(ca_bundle, ignored))
    throw std::runtime_error("the CA bundle " + ca_bundle + " is not a file; see AWS_CA_BUNDLE and ca_bundle");
  if (SSL_CTX_load_verify_file(context, ca_bundle.c_str()) != 1)
    throw std::runtime_error("the CA bundle " + ca_bundle + " cannot be read as PEM certificates: " + last_error());
}

TlsContext::~TlsContext() = default;

struct TlsSession::State {
  std::string host;
  Session session;

  // Called by OpenSSL for each certificate of the chain; puts into words what it found, and changes nothing about it.
  static int on_verified(int good, X509_STORE_CTX* store) {
    if (good == 1) return good;
    auto* const session = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const state = static_cast<State*>(SSL_get_app_data(session));
    const int code = X509_STORE_CTX_get_error(store);
    state->error = describe_verification(code, X509_STORE_CTX_get_current_cert(store), state->host);
    return good;
  }

  BIO* in = nullptr;  // both owned by the session
  BIO* out = nullptr;
  std::size_t out_sent = 0;  // of what `out` holds
  std::string error = {};
};

TlsSession::TlsSession(const TlsContext& context, const std::string& host)
    : state_(std::make_unique<State>(State{host, Session(SSL_new(context.state_->context.get()))})) {
  State& s = *state_;
  s.in = BIO_new(BIO_s_mem());
  s.out = BIO_new(BIO_s_mem());
  if (!s.session || s.in == nullptr || s.out == nullptr) throw std::bad_alloc();
  SSL_set_bio(s.session.get(), s.in, s.out);
  SSL_set_connect_state(s.session.get());
  SSL_set_app_data(s.session.get(), state_.get());
  SSL_set_verify(s.session.get(), SSL_VERIFY_PEER, &State::on_verified);
  SSL_set_hostflags(s.session.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool named = false;
  if (is_address(host)) {
    named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s.session.get()), host.c_str()) == 1;
  } else {
    named = SSL_set1_host(s.session.get(), host.c_str()) == 1 &&
            SSL_set_tlsext_host_name(s.session.get(), host.c_str()) == 1;
  }
  if (!named) s.error = "\"" + host + "\" cannot be the name of a TLS server: is the endpoint right?";
}

TlsSession::~TlsSession() { ERR_clear_error(); }

TlsSession::Step TlsSession::handshake() {
  if (!state_->error.empty()) return Step::failed;  // without a name to verify there is no handshake
  ERR_clear_error();
  return judge(SSL_do_handshake(state_->session.get()));
}

void TlsSession::feed(std::string_view bytes) { BIO_write(state_->in, bytes.data(), static_cast<int>(bytes.size())); }

TlsSession::Step TlsSession::read(std::span<char> room, std::size_t& size) {
  ERR_clear_error();
  size = 0;
  return judge(SSL_read_ex(state_->session.get(), room.data(), room.size(), &size));
}

bool TlsSession::holds_more() const noexcept {
  return BIO_pending(state_->in) > 0 || SSL_has_pending(state_->session.get()) == 1;
}

bool TlsSession::write(std::string_view text) {
  ERR_clear_error();
  std::size_t written = 0;
  if (text.empty()) return true;
  return judge(SSL_write_ex(state_->session.get(), text.data(), text.size(), &written)) == Step::done;
}

TlsSession::Step TlsSession::judge(int result) {
  if (result == 1) return Step::done;
  SSL* const session = state_->session.get();
  switch (SSL_get_error(session, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Step::more;
    case SSL_ERROR_ZERO_RETURN:
      return Step::closed;
    default:
      break;
  }
  if (state_->error.empty()) state_->error = describe_failure(ERR_peek_error(), state_->host);
  ERR_clear_error();
  return Step::failed;
}

std::string_view TlsSession::outgoing() const noexcept {
  char* data = nullptr;
  const long size = BIO_get_mem_data(state_->out, &data);
  if (size <= 0) return {};
  return std::string_view(data, static_cast<std::size_t>(size)).substr(state_->out_sent);
}

void TlsSession::sent(std::size_t bytes) {
  state_->out_sent += bytes;
  if (!outgoing().empty()) return;
  BIO_reset(state_->out);
  state_->out_sent = 0;
}

const std::string& TlsSession::error() const noexcept { return state_->error; }

}  // namespace drift::wire
