// A connection's life: a coroutine opens it, with Asio; from then on the reactor has its socket. Whatever comes is read
// at once, so that an answer, or the server's goodbye to an idle connection, is seen; a request is written when the
// reactor says so, in one gather write. Who runs a handler holds the connection by shared_ptr.
#include "wire/connection.hpp"

#include "wire/asio.hpp"
#include "wire/http1.hpp"
#include "wire/io_loop.hpp"
#include "wire/reactor.hpp"
#include "wire/tls.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace drift::wire {
namespace {

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Task = asio::awaitable<void, Executor>;
constexpr asio::use_awaitable_t<Executor> use_awaitable;

constexpr std::size_t handshake_bytes = std::size_t{4} << 10U;
// A body up to this size leaves in one piece with its head, as one write and one TLS record: the copy costs less.
constexpr std::size_t joined_body_bytes_max = std::size_t{8} << 10U;
constexpr std::size_t tls_record_bytes = std::size_t{16} << 10U;
constexpr std::size_t tls_ahead_bytes = std::size_t{64} << 10U;  // encrypted before the socket has taken them

bool would_block(int error) noexcept { return error == EAGAIN || error == EWOULDBLOCK; }

class TcpConnection final : public Connection,
                            public Reactor::Handler,
                            public std::enable_shared_from_this<TcpConnection> {
 public:
  TcpConnection(ConnectionContext& context, const Endpoint& endpoint, Owner& owner)
      : context_(context), endpoint_(endpoint), owner_(owner), socket_(context.loop.context().get_executor()) {}
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;
  ~TcpConnection() override {
    if (handle_ >= 0) ::close(handle_);
  }

  void open(std::vector<Address> addresses, base::SteadyTime deadline) override {
    asio::co_spawn(socket_.get_executor(), run_open(shared_from_this(), std::move(addresses), deadline),
                   asio::detached);
  }

  void start(ExchangePtr exchange) override;
  void on_ready(Reactor::Ready ready) override;
  void leave() override;
  void close(Failure::Kind kind, const std::string& message) override;
  void check_address(base::SteadyTime now) override;

  [[nodiscard]] State state() const noexcept override { return state_; }
  [[nodiscard]] base::SteadyTime idle_since() const noexcept override { return idle_since_; }
  [[nodiscard]] const Exchange& exchange() const noexcept override { return *exchange_; }

 private:
  using Self = std::shared_ptr<TcpConnection>;

  static Task run_open(Self self, std::vector<Address> addresses, base::SteadyTime deadline);
  // What these refer to, run_open keeps alive.
  Task connect(const std::vector<Address>& addresses, base::SteadyTime deadline, asio::error_code& error);
  Task shake_hands(asio::error_code& error);
  void make_socket(const asio::ip::tcp& protocol, asio::error_code& error);
  void hand_over();
  void fail_open(const asio::error_code& error);

  void build_front(const Request& request);
  bool write_some();
  bool write_some_plain();
  bool write_some_tls();
  bool flush_tls();
  [[nodiscard]] std::string_view unwritten_front() const;
  [[nodiscard]] std::string_view unwritten_back() const;
  [[nodiscard]] bool all_written() const {
    return written_ == front_.size() + back_.size() && (tls_ == nullptr || tls_->outgoing().empty());
  }

  [[nodiscard]] bool expects_answer() const noexcept { return exchange_ != nullptr && !is_leaving_; }
  void look_at_answer();
  void take(std::string_view bytes);
  void take_plain(std::string_view bytes);
  void take_tls(std::string_view bytes);
  void end_unused();
  void on_end(const asio::error_code& error);
  void finish(Answer answer, bool keep);
  void shut();

  [[nodiscard]] std::string at() const { return endpoint_.authority(); }

  ConnectionContext& context_;
  const Endpoint endpoint_;
  Owner& owner_;
  Socket socket_;    // while it is opened
  int handle_ = -1;  // of the socket from then on
  std::unique_ptr<TlsSession> tls_ = {};
  State state_ = State::opening;
  base::SteadyTime address_deadline_ = {};
  base::SteadyTime idle_since_ = {};

  ExchangePtr exchange_ = {};
  bool is_leaving_ = false;     // nothing of its request was written yet
  std::string front_ = {};      // the request's head, and its body when that is small
  std::string_view back_ = {};  // its body otherwise
  std::size_t written_ = 0;     // of both: taken by the socket, or by TLS
  bool sent_ = false;           // a byte of the request may have left this machine

  AnswerParser parser_ = {};
  bool surplus_ = false;    // bytes came that belong to no answer
  bool tls_ended_ = false;  // the server said goodbye, or broke the protocol
  bool tls_said_goodbye_ = false;
};

// --- opening ---------------------------------------------------------------------------------------------------------

Task TcpConnection::run_open(Self self, std::vector<Address> addresses, base::SteadyTime deadline) {
  asio::error_code error;
  co_await self->connect(addresses, deadline, error);
  if (!error && self->endpoint_.tls) {
    self->address_deadline_ = deadline;
    co_await self->shake_hands(error);
  }
  if (self->state_ != State::opening) co_return;  // closed meanwhile
  if (error) co_return self->fail_open(error);
  self->hand_over();
}

void TcpConnection::hand_over() {
  asio::error_code error;
  handle_ = socket_.release(error);
  if (!error && !context_.reactor.watch(handle_, shared_from_this())) {
    error.assign(errno, asio::error::get_system_category());
  }
  if (error) return fail_open(error);
  state_ = State::idle;
  idle_since_ = context_.loop.clock().steady();
  owner_.on_opened(*this);
}

Task TcpConnection::connect(const std::vector<Address>& addresses, base::SteadyTime deadline, asio::error_code& error) {
  error = asio::error::host_unreachable;
  for (std::size_t i = 0; i < addresses.size() && state_ == State::opening; ++i) {
    const asio::ip::address address = asio::ip::make_address(addresses[i].text, error);
    if (error) continue;
    // Each address gets its share of what time is left, so that a silent one does not use up that of the others.
    const base::SteadyTime now = context_.loop.clock().steady();
    address_deadline_ = now + (deadline - now) / static_cast<int>(addresses.size() - i);
    const asio::ip::tcp::endpoint peer(address, endpoint_.port);
    make_socket(peer.protocol(), error);
    if (error) continue;
    co_await socket_.async_connect(peer, asio::redirect_error(use_awaitable, error));
    if (!error) break;
  }
  asio::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

// Asio's own sockets would be inherited by every process that the program starts, and stay open there.
void TcpConnection::make_socket(const asio::ip::tcp& protocol, asio::error_code& error) {
  socket_.close(error);
  const int handle = ::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) {
    error.assign(errno, asio::error::get_system_category());
    return;
  }
  socket_.assign(protocol, handle, error);
  if (error) ::close(handle);
}

Task TcpConnection::shake_hands(asio::error_code& error) {
  tls_ = std::make_unique<TlsSession>(*context_.tls, endpoint_.host);
  std::vector<char> buffer(handshake_bytes);
  while (state_ == State::opening) {
    const TlsSession::Step step = tls_->handshake();
    while (!tls_->outgoing().empty() && !error) {  // the alert that says why it failed, too
      const asio::const_buffer outgoing(tls_->outgoing().data(), tls_->outgoing().size());
      const std::size_t sent = co_await socket_.async_write_some(outgoing, asio::redirect_error(use_awaitable, error));
      tls_->sent(sent);
    }
    if (step == TlsSession::Step::done || error) co_return;
    if (step != TlsSession::Step::more) {
      error = asio::error::connection_aborted;
      co_return;
    }
    const asio::mutable_buffer room(buffer.data(), buffer.size());
    const std::size_t size = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    tls_->feed({buffer.data(), size});
  }
}

void TcpConnection::fail_open(const asio::error_code& error) {
  const bool silent = error == asio::error::operation_aborted || error == asio::error::timed_out;
  Failure failure{Failure::Kind::connect, false, "no connection to " + at() + ": " + error.message()};
  if (tls_ && !tls_->error().empty()) {
    failure = {Failure::Kind::tls, false, tls_->error()};
  } else if (silent) {
    failure = {Failure::Kind::timeout, false, "no connection to " + at() + ": it does not answer"};
  } else if (tls_) {
    failure = {Failure::Kind::tls, false,
               "no connection to " + at() + ": it ended the TLS handshake: " + error.message()};
  }
  shut();
  owner_.on_not_opened(*this, std::move(failure));
}

void TcpConnection::check_address(base::SteadyTime now) {
  if (address_deadline_ == base::SteadyTime{} || now < address_deadline_) return;
  asio::error_code ignored;
  socket_.cancel(ignored);
}

// --- writing ---------------------------------------------------------------------------------------------------------

void TcpConnection::start(ExchangePtr exchange) {
  exchange_ = std::move(exchange);
  exchange_->deadline = base::SteadyTime::max();
  state_ = State::busy;
  is_leaving_ = true;
  sent_ = false;
  context_.reactor.leave_soon(shared_from_this());
}

void TcpConnection::leave() {
  if (state_ == State::closed || !is_leaving_) return;
  build_front(exchange_->request);
  written_ = 0;
  sent_ = false;
  if (!write_some() && !sent_) return end_unused();
  is_leaving_ = false;
  parser_.start(exchange_->request.method == "HEAD", exchange_->request.answer_bytes_max);
  exchange_->deadline = context_.reactor.now() + exchange_->request.answer_timeout;
}

void TcpConnection::build_front(const Request& request) {
  front_.assign(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n").append(request.headers);
  const bool bodyless = request.body.empty() && (request.method == "GET" || request.method == "HEAD");
  if (!bodyless) front_.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
  front_.append("\r\n");
  const bool joined = request.body.size() <= joined_body_bytes_max;
  if (joined) front_.append(request.body);
  back_ = joined ? std::string_view() : std::string_view(request.body);
}

std::string_view TcpConnection::unwritten_front() const {
  return std::string_view(front_).substr(std::min(written_, front_.size()));
}

std::string_view TcpConnection::unwritten_back() const {
  return back_.substr(written_ - std::min(written_, front_.size()));
}

// Writes what the socket takes of the rest. False: the connection is broken.
bool TcpConnection::write_some() { return tls_ ? write_some_tls() : write_some_plain(); }

bool TcpConnection::write_some_plain() {
  while (!all_written()) {
    const auto front = unwritten_front();
    const auto back = unwritten_back();
    std::array<iovec, 2> pieces{
        {{const_cast<char*>(front.data()), front.size()}, {const_cast<char*>(back.data()), back.size()}}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t size = back.empty() ? ::send(handle_, front.data(), front.size(), MSG_NOSIGNAL)
                                      : ::sendmsg(handle_, &message, MSG_NOSIGNAL);
    if (size < 0) return would_block(errno);
    written_ += static_cast<std::size_t>(size);
    sent_ = true;
  }
  return true;
}

bool TcpConnection::write_some_tls() {
  // Encrypted piece by piece, as the socket takes it: a large body is never there twice.
  while (true) {
    while (tls_->outgoing().size() < tls_ahead_bytes && written_ < front_.size() + back_.size()) {
      const auto rest = unwritten_front().empty() ? unwritten_back() : unwritten_front();
      const auto piece = rest.substr(0, tls_record_bytes);
      if (!tls_->write(piece)) return false;
      written_ += piece.size();
    }
    if (tls_->outgoing().empty()) return true;
    if (!flush_tls()) return false;
    if (!tls_->outgoing().empty()) return true;  // the socket takes no more for now
  }
}

bool TcpConnection::flush_tls() {
  while (!tls_->outgoing().empty()) {
    const ssize_t size = ::send(handle_, tls_->outgoing().data(), tls_->outgoing().size(), MSG_NOSIGNAL);
    if (size < 0) return would_block(errno);
    sent_ = true;
    tls_->sent(static_cast<std::size_t>(size));
  }
  return true;
}

// --- reading ---------------------------------------------------------------------------------------------------------

void TcpConnection::on_ready(Reactor::Ready ready) {
  // The rest of a request. That the connection broke is left to the reading side to find: an answer may have come
  // before.
  if (ready.writable && state_ == State::busy && !is_leaving_ && !all_written()) write_some();
  bool is_empty = false;
  while (state_ != State::closed && !is_empty) {
    const ssize_t size = ::recv(handle_, context_.scratch.data(), context_.scratch.size(), 0);
    if (size < 0 && would_block(errno)) return;
    if (size <= 0)
      return on_end(size == 0 ? asio::error::eof : asio::error_code(errno, asio::error::get_system_category()));
    const std::string_view bytes(context_.scratch.data(), static_cast<std::size_t>(size));
    // A socket that gives less than it is asked for has no more; what comes afterwards is told anew (man 7 epoll).
    is_empty = bytes.size() < context_.scratch.size() && !ready.ended;
    take(bytes);
    look_at_answer();
  }
}

void TcpConnection::look_at_answer() {
  if (!expects_answer()) {
    if (surplus_ || tls_ended_) end_unused();
    return;
  }
  if (tls_said_goodbye_) parser_.end_of_stream();
  if (tls_ended_ && !parser_.done() && !parser_.failed()) {
    finish(Failure{Failure::Kind::lost, true, tls_->error()}, false);
  } else if (parser_.failed()) {
    finish(Failure{parser_.failure(), true, at() + ": " + parser_.message()}, false);
  } else if (parser_.done()) {
    // A server that answers before it has read all is not in step any more.
    finish(parser_.take(), parser_.keep_alive() && all_written() && !surplus_ && !tls_ended_);
  }
}

void TcpConnection::take(std::string_view bytes) { tls_ ? take_tls(bytes) : take_plain(bytes); }

void TcpConnection::take_plain(std::string_view bytes) {
  const std::size_t used = expects_answer() ? parser_.feed(bytes) : 0;
  if (used < bytes.size() && (!expects_answer() || parser_.done())) surplus_ = true;
}

void TcpConnection::take_tls(std::string_view bytes) {
  tls_->feed(bytes);  // which copies: the scratch that the bytes may lie in is free again
  TlsSession::Step step = TlsSession::Step::done;
  while (step == TlsSession::Step::done && tls_->holds_more()) {
    std::size_t size = 0;
    step = tls_->read(context_.scratch, size);
    if (size > 0) take_plain({context_.scratch.data(), size});
  }
  tls_ended_ = step != TlsSession::Step::more && step != TlsSession::Step::done;
  tls_said_goodbye_ = step == TlsSession::Step::closed;
  flush_tls();  // answers to the protocol's own messages
}

// The server has ended it while nothing was under way.
void TcpConnection::end_unused() {
  shut();
  if (exchange_ == nullptr) return owner_.on_closed(*this);
  owner_.on_unsent(*this, std::move(exchange_));
}

void TcpConnection::on_end(const asio::error_code& error) {
  if (!expects_answer()) return end_unused();
  // Without TLS's goodbye, the end of an answer that says no length may be an attacker's.
  const bool trusted = error == asio::error::eof && (tls_ == nullptr || !parser_.ends_with_stream());
  if (trusted) parser_.end_of_stream();
  if (parser_.done()) return finish(parser_.take(), false);
  const std::string reason =
      trusted ? at() + ": " + parser_.message() : "the connection to " + at() + " broke: " + error.message();
  finish(Failure{Failure::Kind::lost, true, reason}, false);
}

// Completes the exchange. The connection is idle again before the caller hears of it: what the caller sends next can
// then leave on this very connection.
void TcpConnection::finish(Answer answer, bool keep) {
  const ExchangePtr exchange = std::move(exchange_);
  if (auto* failure = std::get_if<Failure>(&answer)) failure->maybe_executed = sent_;
  if (!keep) {
    shut();
    owner_.on_closed(*this);
    return exchange->done(std::move(answer));
  }
  state_ = State::idle;
  idle_since_ = context_.reactor.now();
  owner_.on_idle(*this);
  exchange->done(std::move(answer));
}

// --- closing ---------------------------------------------------------------------------------------------------------

void TcpConnection::shut() {
  state_ = State::closed;
  asio::error_code ignored;
  socket_.close(ignored);
  if (handle_ < 0) return;
  context_.reactor.forget(handle_);
  ::close(std::exchange(handle_, -1));
}

void TcpConnection::close(Failure::Kind kind, const std::string& message) {
  if (state_ == State::closed) return;
  shut();
  if (exchange_ == nullptr) return;
  asio::post(socket_.get_executor(), [self = shared_from_this(), kind, message] {
    const ExchangePtr exchange = std::move(self->exchange_);
    exchange->done(Failure{kind, self->sent_, message});
  });
}

}  // namespace

std::shared_ptr<Connection> make_connection(ConnectionContext& context, const Endpoint& endpoint,
                                            Connection::Owner& owner) {
  return std::make_shared<TcpConnection>(context, endpoint, owner);
}

}  // namespace drift::wire
