// A connection's life: a coroutine opens it; from then on one read is always pending, so that an answer, or the
// server's goodbye to an idle connection, is seen at once; a request is written directly, in one gather write. Handlers
// hold the connection by shared_ptr: it lives until the last of them has run.
#include "wire/connection.hpp"

#include "wire/asio.hpp"
#include "wire/http1.hpp"
#include "wire/io_loop.hpp"
#include "wire/tls.hpp"

#include <sys/socket.h>
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

// Most answers to a write fit; what does not is read through the loop's large buffer.
constexpr std::size_t read_bytes = std::size_t{4} << 10U;
// A body up to this size leaves in one piece with its head, as one write and one TLS record: the copy costs less.
constexpr std::size_t joined_body_bytes_max = std::size_t{8} << 10U;
constexpr std::size_t tls_record_bytes = std::size_t{16} << 10U;
constexpr std::size_t tls_ahead_bytes = std::size_t{64} << 10U;  // encrypted before the socket has taken them

class TcpConnection final : public Connection, public std::enable_shared_from_this<TcpConnection> {
 public:
  TcpConnection(ConnectionContext& context, const Endpoint& endpoint, Owner& owner)
      : context_(context), endpoint_(endpoint), owner_(owner), socket_(context.loop.context().get_executor()) {}

  void open(std::vector<Address> addresses, base::SteadyTime deadline) override {
    asio::co_spawn(socket_.get_executor(), run_open(shared_from_this(), std::move(addresses), deadline),
                   asio::detached);
  }

  [[nodiscard]] ExchangePtr start(ExchangePtr exchange) override;
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
  void fail_open(const asio::error_code& error);

  bool is_still_open();
  void build_front(const Request& request);
  bool write_some();
  bool write_some_plain();
  bool write_some_tls();
  bool flush_tls();
  void write_on();
  [[nodiscard]] std::string_view unwritten_front() const;
  [[nodiscard]] std::string_view unwritten_back() const;
  [[nodiscard]] bool all_written() const {
    return written_ == front_.size() + back_.size() && (tls_ == nullptr || tls_->outgoing().empty());
  }

  void arm_read();
  void on_read(const asio::error_code& error, std::size_t size);
  void take(std::string_view bytes);
  void take_plain(std::string_view bytes);
  void take_tls(std::string_view bytes);
  void read_more();
  void end_idle();
  void on_end(const asio::error_code& error);
  void finish(Answer answer, bool keep);
  void shut();

  [[nodiscard]] std::string at() const { return endpoint_.authority(); }

  ConnectionContext& context_;
  const Endpoint endpoint_;
  Owner& owner_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_ = {};
  State state_ = State::opening;
  base::SteadyTime address_deadline_ = {};
  base::SteadyTime idle_since_ = {};

  ExchangePtr exchange_ = {};
  std::string front_ = {};      // the request's head, and its body when that is small
  std::string_view back_ = {};  // its body otherwise
  std::size_t written_ = 0;     // of both: taken by the socket, or by TLS
  bool sent_ = false;           // a byte of the request may have left this machine

  AnswerParser parser_ = {};
  bool just_read_ = false;  // its answer was read, and nothing but who waited for it has run since
  bool surplus_ = false;    // bytes came that belong to no answer
  bool tls_ended_ = false;  // the server said goodbye, or broke the protocol
  bool tls_said_goodbye_ = false;
  std::array<char, read_bytes> buffer_ = {};
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
  self->state_ = State::idle;
  self->idle_since_ = self->context_.loop.clock().steady();
  self->arm_read();
  self->owner_.on_opened(*self);
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
    const asio::mutable_buffer room(buffer_.data(), buffer_.size());
    const std::size_t size = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    tls_->feed({buffer_.data(), size});
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

ExchangePtr TcpConnection::start(ExchangePtr exchange) {
  if (state_ != State::idle || (!just_read_ && !is_still_open())) {
    shut();
    return exchange;
  }
  build_front(exchange->request);
  written_ = 0;
  sent_ = false;
  exchange_ = std::move(exchange);
  if (!write_some() && !sent_) {
    shut();
    return std::move(exchange_);
  }
  state_ = State::busy;
  parser_.start(exchange_->request.method == "HEAD", exchange_->request.answer_bytes_max);
  exchange_->deadline = context_.loop.clock().steady() + exchange_->request.answer_timeout;
  if (!all_written()) write_on();
  return nullptr;
}

// True iff the server has not ended the idle connection, as far as this machine knows.
bool TcpConnection::is_still_open() {
  while (state_ == State::idle) {
    asio::error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(context_.scratch), error);
    if (error) return error == asio::error::would_block;
    take({context_.scratch.data(), size});
    if (surplus_ || tls_ended_) return false;
  }
  return false;
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
  const auto front = unwritten_front();
  const auto back = unwritten_back();
  const asio::const_buffer first(front.data(), front.size());
  asio::error_code error;
  written_ += back.empty() ? socket_.write_some(first, error)
                           : socket_.write_some(std::array{first, asio::const_buffer(back.data(), back.size())}, error);
  sent_ = written_ > 0;
  return !error || error == asio::error::would_block;
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
    const asio::const_buffer outgoing(tls_->outgoing().data(), tls_->outgoing().size());
    asio::error_code error;
    const std::size_t size = socket_.write_some(outgoing, error);
    if (error) return error == asio::error::would_block;
    sent_ = true;
    tls_->sent(size);
  }
  return true;
}

// Writes the rest when the socket takes it. That the connection broke is left to the reading side to find: an answer
// may have come before.
void TcpConnection::write_on() {
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const asio::error_code& error) {
    if (error || self->state_ != State::busy) return;
    if (self->write_some() && !self->all_written()) self->write_on();
  });
}

// --- reading ---------------------------------------------------------------------------------------------------------

void TcpConnection::arm_read() {
  if (state_ == State::closed) return;
  socket_.async_read_some(
      asio::buffer(buffer_),
      [self = shared_from_this()](const asio::error_code& error, std::size_t size) { self->on_read(error, size); });
}

void TcpConnection::on_read(const asio::error_code& error, std::size_t size) {
  if (state_ == State::closed) return;
  if (error) return on_end(error);
  take({buffer_.data(), size});
  if (size == buffer_.size()) read_more();
  if (exchange_ == nullptr) {
    if (surplus_ || tls_ended_) return end_idle();
    return arm_read();
  }
  if (tls_said_goodbye_) parser_.end_of_stream();
  if (tls_ended_ && !parser_.done() && !parser_.failed()) {
    finish(Failure{Failure::Kind::lost, true, tls_->error()}, false);
  } else if (parser_.failed()) {
    finish(Failure{parser_.failure(), true, at() + ": " + parser_.message()}, false);
  } else if (parser_.done()) {
    // A server that answers before it has read all is not in step any more.
    finish(parser_.take(), parser_.keep_alive() && all_written() && !surplus_ && !tls_ended_);
  } else {
    arm_read();
  }
}

// A large answer: read what is there already, in larger pieces than the connection's own buffer.
void TcpConnection::read_more() {
  asio::error_code error;
  while (exchange_ != nullptr && !parser_.done() && !parser_.failed()) {
    const std::size_t size = socket_.read_some(asio::buffer(context_.scratch), error);
    if (error) return;  // would_block, or what the next read will meet again
    take({context_.scratch.data(), size});
  }
}

void TcpConnection::take(std::string_view bytes) { tls_ ? take_tls(bytes) : take_plain(bytes); }

void TcpConnection::take_plain(std::string_view bytes) {
  const std::size_t used = exchange_ == nullptr ? 0 : parser_.feed(bytes);
  if (used < bytes.size() && (exchange_ == nullptr || parser_.done())) surplus_ = true;
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

void TcpConnection::end_idle() {
  shut();
  owner_.on_closed(*this);
}

void TcpConnection::on_end(const asio::error_code& error) {
  if (exchange_ == nullptr) return end_idle();
  // Without TLS's goodbye, the end of an answer that says no length may be an attacker's.
  const bool trusted = error == asio::error::eof && (tls_ == nullptr || !parser_.ends_with_stream());
  if (trusted) parser_.end_of_stream();
  if (parser_.done()) return finish(parser_.take(), false);
  const std::string reason =
      trusted ? at() + ": " + parser_.message() : "the connection to " + at() + " broke: " + error.message();
  finish(Failure{Failure::Kind::lost, true, reason}, false);
}

// Completes the exchange. The connection is idle again before the caller hears of it: what the caller sends next can
// then leave on this very connection, whose end was looked for so lately that it is not looked for again. The next read
// waits until then, because it begins with a look of its own.
void TcpConnection::finish(Answer answer, bool keep) {
  const ExchangePtr exchange = std::move(exchange_);
  if (auto* failure = std::get_if<Failure>(&answer)) failure->maybe_executed = sent_;
  if (!keep) {
    shut();
    owner_.on_closed(*this);
    return exchange->done(std::move(answer));
  }
  state_ = State::idle;
  idle_since_ = context_.loop.clock().steady();
  just_read_ = true;
  owner_.on_idle(*this);
  exchange->done(std::move(answer));
  just_read_ = false;
  arm_read();
}

// --- closing ---------------------------------------------------------------------------------------------------------

void TcpConnection::shut() {
  state_ = State::closed;
  asio::error_code ignored;
  socket_.close(ignored);
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
