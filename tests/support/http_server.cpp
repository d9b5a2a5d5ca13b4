// Blocking sockets, a thread each. To end one, its socket is shut down, which wakes its thread.
#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace drift::testing {
namespace {

struct SslFree {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using Ssl = std::unique_ptr<SSL, SslFree>;
using SslContext = std::unique_ptr<SSL_CTX, SslFree>;

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("test server: " + what); }

SslContext make_tls(const HttpServer::Options& options) {
  if (!options.certificate) return nullptr;
  SslContext context(SSL_CTX_new(TLS_server_method()));
  const std::string& certificate = options.certificate->certificate_pem;
  const std::string& key = options.certificate->key_pem;
  BIO* certificate_bio = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
  BIO* key_bio = BIO_new_mem_buf(key.data(), static_cast<int>(key.size()));
  X509* x509 = PEM_read_bio_X509(certificate_bio, nullptr, nullptr, nullptr);
  EVP_PKEY* pkey = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  const bool good =
      SSL_CTX_use_certificate(context.get(), x509) == 1 && SSL_CTX_use_PrivateKey(context.get(), pkey) == 1;
  X509_free(x509);
  EVP_PKEY_free(pkey);
  BIO_free(certificate_bio);
  BIO_free(key_bio);
  if (!good) give_up("cannot use its certificate");
  if (options.tls_version_max != 0) SSL_CTX_set_max_proto_version(context.get(), options.tls_version_max);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);  // so that it can offer the old versions that the client must refuse
  return context;
}

// One accepted connection's bytes, plain or TLS.
class Channel {
 public:
  Channel(int socket, SSL_CTX* tls) : socket_(socket) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), socket_);
  }
  ~Channel() { ::close(socket_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  bool handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

  std::size_t read(char* data, std::size_t size) {
    const auto got = ssl_ ? SSL_read(ssl_.get(), data, static_cast<int>(size)) : ::recv(socket_, data, size, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto put = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  void goodbye(bool reset) {
    if (reset) {
      const linger at_once{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    } else if (ssl_) {
      SSL_shutdown(ssl_.get());
    }
  }

  void wake() const { ::shutdown(socket_, SHUT_RDWR); }

 private:
  int socket_;
  Ssl ssl_;
};

}  // namespace

class HttpServer::State {
 public:
  State(Handler handler, Options options)
      : handler_(std::move(handler)), options_(std::move(options)), tls_(make_tls(options_)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    constexpr int backlog = 512;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, backlog) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      give_up("cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~State() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    close_connections();
    for (std::thread& thread : threads_) thread.join();
  }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void close_connections() {
    const std::lock_guard lock(mutex_);
    for (Channel* channel : channels_) channel->wake();
  }

  const Handler handler_;
  const Options options_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;         // of what follows, up to the handler's
  std::condition_variable changed_;  // of stopping_ and channels_
  bool stopping_ = false;
  std::vector<ServedRequest> requests_;
  std::vector<Channel*> channels_;
  std::size_t accepted_ = 0;

 private:
  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock(mutex_);
      if (socket < 0 || stopping_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      const std::size_t number = accepted_++;
      threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
  }

  void serve(int socket, std::size_t number) {
    Channel channel(socket, tls_.get());
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      channels_.push_back(&channel);
    }
    if (!(options_.close_on_accept && options_.close_on_accept(number)) && channel.handshake()) {
      std::string buffer;
      for (std::size_t ordinal = 0; serve_one(channel, buffer, number, ordinal); ++ordinal) {
      }
    }
    ERR_clear_error();
    {
      const std::lock_guard lock(mutex_);
      std::erase(channels_, &channel);
    }
    changed_.notify_all();
  }

  bool serve_one(Channel& channel, std::string& buffer, std::size_t number, std::size_t ordinal) {
    auto request = read_request(channel, buffer);
    if (!request) return false;
    request->connection = number;
    request->ordinal = ordinal;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    Reply reply;
    {
      const std::lock_guard lock(handler_mutex_);
      reply = handler_(*request);
    }
    if (!wait(reply.delay) || (reply.never && !wait(std::chrono::hours(1)))) return false;
    if (!send_pieces(channel, reply)) return false;
    if (reply.close || reply.reset) channel.goodbye(reply.reset);
    return !reply.close && !reply.reset && !reply.cut;
  }

  bool send_pieces(Channel& channel, const Reply& reply) {
    std::string_view rest(reply.bytes);
    const std::size_t piece_bytes = reply.piece_bytes == 0 ? std::max<std::size_t>(rest.size(), 1) : reply.piece_bytes;
    while (!rest.empty()) {
      const auto piece = rest.substr(0, piece_bytes);
      rest.remove_prefix(piece.size());
      if (!channel.write(piece) || !wait(reply.between_pieces)) return false;
    }
    return true;
  }

  // False: the server ends.
  bool wait(std::chrono::milliseconds time) {
    if (time.count() == 0) return true;
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return stopping_; });
  }

  std::optional<ServedRequest> read_request(Channel& channel, std::string& buffer) const {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    while (buffer.find(end_of_head) == std::string::npos) {
      if (!read_some(channel, buffer)) return std::nullopt;
    }
    const auto head_bytes = buffer.find(end_of_head) + end_of_head.size();
    ServedRequest request;
    const auto line_end = buffer.find("\r\n");
    const auto first_space = buffer.find(' ');
    const auto second_space = buffer.find(' ', first_space + 1);
    request.method = buffer.substr(0, first_space);
    request.target = buffer.substr(first_space + 1, second_space - first_space - 1);
    request.headers = buffer.substr(line_end + 2, head_bytes - line_end - 4);
    buffer.erase(0, head_bytes);
    const auto length = request.header("content-length");
    const std::size_t body_bytes = length.empty() ? 0 : std::stoul(std::string(length));
    if (!options_.read_body) return request;
    while (buffer.size() < body_bytes) {
      if (!read_some(channel, buffer)) return std::nullopt;
    }
    request.body = buffer.substr(0, body_bytes);
    buffer.erase(0, body_bytes);
    return request;
  }

  static bool read_some(Channel& channel, std::string& buffer) {
    std::array<char, 16'384> piece{};
    const std::size_t size = channel.read(piece.data(), piece.size());
    buffer.append(piece.data(), size);
    return size > 0;
  }

  const SslContext tls_;
  int listener_ = -1;
  std::mutex handler_mutex_;
  std::list<std::thread> threads_;  // the acceptor's, until it has ended
  std::thread acceptor_;
};

Reply reply(int status, std::string_view body, std::string_view headers) {
  Reply reply;
  reply.bytes = "HTTP/1.1 " + std::to_string(status) + " X\r\ncontent-length: " + std::to_string(body.size()) + "\r\n";
  reply.bytes.append(headers).append("\r\n").append(body);
  return reply;
}

Reply chunked_reply(int status, std::string_view body, std::size_t chunk_bytes) {
  Reply reply;
  reply.bytes = "HTTP/1.1 " + std::to_string(status) + " X\r\ntransfer-encoding: chunked\r\n\r\n";
  while (!body.empty()) {
    const auto chunk = body.substr(0, chunk_bytes);
    body.remove_prefix(chunk.size());
    std::array<char, 20> size{};
    const int digits = std::snprintf(size.data(), size.size(), "%zx\r\n", chunk.size());
    reply.bytes.append(size.data(), static_cast<std::size_t>(digits)).append(chunk).append("\r\n");
  }
  reply.bytes.append("0\r\n\r\n");
  return reply;
}

HttpServer::HttpServer(Handler handler) : HttpServer(std::move(handler), Options{}) {}
HttpServer::HttpServer(Handler handler, Options options)
    : state_(std::make_shared<State>(std::move(handler), std::move(options))) {}
HttpServer::~HttpServer() = default;

wire::Endpoint HttpServer::endpoint() const {
  return {state_->options_.certificate.has_value(), "127.0.0.1", state_->port_};
}

std::vector<ServedRequest> HttpServer::requests() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->requests_;
}

std::size_t HttpServer::connections() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->accepted_;
}

bool HttpServer::wait_for_open_connections(std::size_t count) const {
  constexpr std::chrono::seconds patience{30};
  std::unique_lock lock(state_->mutex_);
  return state_->changed_.wait_for(lock, patience, [&] { return state_->channels_.size() == count; });
}

void HttpServer::close_connections() { state_->close_connections(); }

}  // namespace drift::testing
