// TLS through the transport: what is trusted and what is not, and that it says so in words that help.
#include "support/certificate.hpp"
#include "wire_fixture.hpp"

#include <openssl/ssl.h>

#include <chrono>

namespace drift::testing {
namespace {

using wire::Response;
using Kind = wire::Failure::Kind;

class TlsTransport : public WireFixture {
 protected:
  void trust(const KeyPair& authority) {
    bundle_ = std::make_unique<TemporaryFile>(authority.certificate_pem);
    start_transport({.ca_bundle = bundle_->path()});
  }

  static HttpServer::Options with(const KeyPair& certificate) { return {.certificate = certificate}; }

  // What becomes of a request to a server with this certificate when `authority_` is trusted.
  wire::Answer ask_server_of(const CertificateRequest& request, const std::string& host = "localhost") {
    HttpServer server(echo, with(make_certificate(authority_, request)));
    trust(authority_);
    auto endpoint = server.endpoint();
    endpoint.host = host;
    auto answer = ask(request_to(endpoint, "secret"));
    EXPECT_TRUE(std::holds_alternative<Response>(answer) || server.requests().empty());
    return answer;
  }

  const KeyPair authority_ = make_authority("Test Authority");
  std::unique_ptr<TemporaryFile> bundle_;
};

TEST_F(TlsTransport, TrustsACertificateOfATrustedAuthorityForTheName) {
  EXPECT_EQ(text_of(ask_server_of({})), "secret");
}

TEST_F(TlsTransport, TrustsACertificateForTheAddress) { EXPECT_EQ(text_of(ask_server_of({}, "127.0.0.1")), "secret"); }

TEST_F(TlsTransport, AWildcardIsNotForTheNameBelowIt) {
  CertificateRequest request;
  request.subject_alt_names = "DNS:*.localhost";
  expect_failure(ask_server_of(request), Kind::tls, false, "is for *.localhost");
}

TEST_F(TlsTransport, LargeBodiesGoBothWays) {
  HttpServer server(echo, with(make_certificate(authority_)));
  trust(authority_);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{16'384}, std::size_t{3'000'000}}) {
    const std::string body(bytes, 'b');
    const auto answer = ask(server, body);
    EXPECT_TRUE(text_of(answer) == body) << bytes << " bytes";
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(TlsTransport, KeepsItsConnections) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    HttpServer server(echo, {.certificate = make_certificate(authority_), .tls_version_max = version});
    trust(authority_);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(text_of(ask(server, std::to_string(i))), std::to_string(i));
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST_F(TlsTransport, TakesAnotherConnectionWhenTheServerHasClosedAnIdleOne) {
  HttpServer server(echo, with(make_certificate(authority_)));
  trust(authority_);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(text_of(ask(server, "before")), "before");
    server.close_connections();
    EXPECT_EQ(text_of(ask(server, "after")), "after");
  }
}

TEST_F(TlsTransport, RefusesAnUnknownAuthority) {
  HttpServer server(echo, with(make_certificate(make_authority("Somebody Else"))));
  trust(authority_);
  expect_failure(ask(server), Kind::tls, false, "AWS_CA_BUNDLE");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(TlsTransport, RefusesASelfSignedCertificateWithTheSystemsAuthorities) {
  HttpServer server(echo, with(make_authority("localhost")));
  expect_failure(ask(server), Kind::tls, false, "not trusted here");
}

TEST_F(TlsTransport, RefusesACertificateForAnotherName) {
  CertificateRequest request;
  request.subject_alt_names = "DNS:elsewhere.example.com";
  const auto answer = ask_server_of(request);
  expect_failure(answer, Kind::tls, false, "the certificate of localhost is for elsewhere.example.com");
}

TEST_F(TlsTransport, RefusesACertificateForAnotherAddress) {
  CertificateRequest request;
  request.subject_alt_names = "DNS:localhost,IP:127.0.0.2";
  expect_failure(ask_server_of(request, "127.0.0.1"), Kind::tls, false, "is the endpoint right?");
}

TEST_F(TlsTransport, RefusesAnExpiredCertificate) {
  CertificateRequest request;
  request.starts = std::chrono::hours(-2);
  request.ends = std::chrono::hours(-1);
  expect_failure(ask_server_of(request), Kind::tls, false, "expired on");
}

TEST_F(TlsTransport, RefusesACertificateOfTheFuture) {
  CertificateRequest request;
  request.starts = std::chrono::hours(1);
  request.ends = std::chrono::hours(2);
  expect_failure(ask_server_of(request), Kind::tls, false, "clock");
}

TEST_F(TlsTransport, RefusesOldVersions) {
  HttpServer server(echo, {.certificate = make_certificate(authority_), .tls_version_max = TLS1_1_VERSION});
  trust(authority_);
  expect_failure(ask(server), Kind::tls, false, "TLS 1.2");
}

TEST_F(TlsTransport, SaysWhenTheServerDoesNotSpeakTls) {
  HttpServer server([](const ServedRequest&) { return reply(400, ""); }, {.read_body = false});
  HttpServer talks_first(echo, {.close_on_accept = [](std::size_t) { return true; }});
  auto endpoint = server.endpoint();
  endpoint.tls = true;
  auto request = request_to(endpoint);
  request.connect_timeout = std::chrono::milliseconds(200);
  expect_failure(ask(std::move(request)), Kind::timeout, false);  // it waits for a request, as we wait for its hello

  endpoint = talks_first.endpoint();
  endpoint.tls = true;
  expect_failure(ask(request_to(endpoint)), Kind::tls, false, "TLS handshake");
}

TEST_F(TlsTransport, ATruncatedAnswerWithoutALengthIsNotTrusted) {
  HttpServer server(
      [](const ServedRequest& request) {
        Reply answer;
        answer.bytes = "HTTP/1.1 200 OK\r\n\r\npart";
        answer.close = request.body == "goodbye";
        answer.reset = request.body == "reset";
        answer.cut = request.body == "cut";
        return answer;
      },
      with(make_certificate(authority_)));
  trust(authority_);
  EXPECT_EQ(text_of(ask(server, "goodbye")), "part");
  expect_failure(ask(server, "cut"), Kind::lost, true);
  expect_failure(ask(server, "reset"), Kind::lost, true);
}

TEST_F(TlsTransport, ACaBundleThatCannotBeReadIsAnErrorAtOnce) {
  const auto message_of = [](const std::string& path) -> std::string {
    try {
      wire::make_asio_transport({.ca_bundle = path});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message_of("/nowhere/at/all.pem").find("/nowhere/at/all.pem is not a file"), std::string::npos);
  const TemporaryFile garbage("no certificate\n");
  EXPECT_NE(message_of(garbage.path()).find("cannot be read"), std::string::npos);
}

TEST_F(TlsTransport, WhereNoTlsIsExpectedTheFirstTlsRequestReadsTheCaBundle) {
  const std::string nowhere = "/nowhere/at/all.pem";
  HttpServer plain(echo);
  HttpServer encrypted(echo, with(make_certificate(authority_)));
  start_transport({.ca_bundle = nowhere, .tls_expected = false});
  EXPECT_EQ(text_of(ask(plain, "plain")), "plain");
  for (int i = 0; i < 2; ++i) expect_failure(ask(encrypted), Kind::tls, false, nowhere + " is not a file");

  const TemporaryFile bundle(authority_.certificate_pem);
  start_transport({.ca_bundle = bundle.path(), .tls_expected = false});
  EXPECT_EQ(text_of(ask(encrypted, "encrypted")), "encrypted");
}

}  // namespace
}  // namespace drift::testing
