// A connection's life: a coroutine opens it; from then on one read is always pending, so that an answer, or the
// server's goodbye to an idle connection, is seen at once; a request is written directly, in one gather write. Handlers
// hold the connection by shared_ptr: it lives until the last of them has run.
#include "wire/connection.hpp"

#include "wire/asio.hpp"
#include "wire/http1.hpp"
#include "wire/io_loop.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drift::wire {
namespace {

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Task = asio::awaitable<void, Executor>;
constexpr asio::use_awaitable_t<Executor> use_awaitable;

// Most answers to a write fit; what does not is read through the loop's large buffer.
constexpr std::size_t read_bytes = std::size_t{4} << 10U;

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
  void fail_open(Failure::Kind kind, std::string message);

  bool is_still_open();
  void build_head(const Request& request);
  bool write_some();
  void write_on();
  [[nodiscard]] bool all_written() const { return written_ == head_.size() + exchange_->request.body.size(); }

  void arm_read();
  void on_read(const asio::error_code& error, std::size_t size);
  void take(std::string_view bytes);
  void read_more();
  void on_end(const asio::error_code& error);
  void finish(Answer answer, bool keep);
  void shut();

  [[nodiscard]] std::string at() const { return endpoint_.authority(); }

  ConnectionContext& context_;
  const Endpoint endpoint_;
  Owner& owner_;
  Socket socket_;
  State state_ = State::opening;
  base::SteadyTime address_deadline_ = {};
  base::SteadyTime idle_since_ = {};

  ExchangePtr exchange_ = {};
  std::string head_ = {};
  std::size_t written_ = 0;  // of head and body

  AnswerParser parser_ = {};
  bool surplus_ = false;  // bytes came that belong to no answer
  std::array<char, read_bytes> buffer_ = {};
};

// --- opening ---------------------------------------------------------------------------------------------------------

Task TcpConnection::run_open(Self self, std::vector<Address> addresses, base::SteadyTime deadline) {
  asio::error_code error = asio::error::host_unreachable;
  for (std::size_t i = 0; i < addresses.size() && self->state_ == State::opening; ++i) {
    const asio::ip::address address = asio::ip::make_address(addresses[i].text, error);
    if (error) continue;
    // Each address gets its share of what time is left, so that a silent one does not use up that of the others.
    const base::SteadyTime now = self->context_.loop.clock().steady();
    self->address_deadline_ = now + (deadline - now) / static_cast<int>(addresses.size() - i);
    const asio::ip::tcp::endpoint peer(address, self->endpoint_.port);
    self->socket_.close(error);
    co_await self->socket_.async_connect(peer, asio::redirect_error(use_awaitable, error));
    if (!error) break;
  }
  if (self->state_ != State::opening) co_return;  // closed meanwhile
  if (error) {
    const bool silent = error == asio::error::operation_aborted || error == asio::error::timed_out;
    self->fail_open(silent ? Failure::Kind::timeout : Failure::Kind::connect,
                    "no connection to " + self->at() + ": " + (silent ? "it does not answer" : error.message()));
    co_return;
  }
  self->socket_.set_option(asio::ip::tcp::no_delay(true), error);
  self->socket_.non_blocking(true, error);
  self->state_ = State::idle;
  self->idle_since_ = self->context_.loop.clock().steady();
  self->arm_read();
  self->owner_.on_idle(*self);
}

void TcpConnection::fail_open(Failure::Kind kind, std::string message) {
  shut();
  owner_.on_not_opened(*this, Failure{kind, false, std::move(message)});
}

void TcpConnection::check_address(base::SteadyTime now) {
  if (address_deadline_ == base::SteadyTime{} || now < address_deadline_) return;
  asio::error_code ignored;
  socket_.cancel(ignored);
}

// --- writing ---------------------------------------------------------------------------------------------------------

ExchangePtr TcpConnection::start(ExchangePtr exchange) {
  if (!is_still_open()) {
    shut();
    return exchange;
  }
  build_head(exchange->request);
  written_ = 0;
  exchange_ = std::move(exchange);
  if (!write_some()) {
    shut();
    return std::move(exchange_);
  }
  state_ = State::busy;
  parser_.start(exchange_->request.method == "HEAD", exchange_->request.answer_bytes_max);
  exchange_->deadline = context_.loop.clock().steady() + exchange_->request.answer_timeout;
  if (!all_written()) write_on();
  return nullptr;
}

// True iff nothing has come on the idle connection: neither bytes nor its end.
bool TcpConnection::is_still_open() {
  if (state_ != State::idle) return false;
  asio::error_code error;
  std::array<char, 1> byte{};
  socket_.receive(asio::buffer(byte), asio::socket_base::message_peek, error);
  return error == asio::error::would_block;
}

void TcpConnection::build_head(const Request& request) {
  head_.assign(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n").append(request.headers);
  const bool bodyless = request.body.empty() && (request.method == "GET" || request.method == "HEAD");
  if (!bodyless) head_.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
  head_.append("\r\n");
}

// Writes what the socket takes of the rest of head and body. False: the connection is broken.
bool TcpConnection::write_some() {
  const std::string& body = exchange_->request.body;
  const std::size_t of_head = std::min(written_, head_.size());
  const std::size_t of_body = written_ - of_head;
  const std::array<asio::const_buffer, 2> rest{asio::buffer(head_) + of_head, asio::buffer(body) + of_body};
  asio::error_code error;
  written_ += socket_.write_some(rest, error);
  return !error || error == asio::error::would_block;
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
  if (state_ == State::closed) return;
  if (exchange_ == nullptr) {
    if (!surplus_) return arm_read();
    shut();
    return owner_.on_closed(*this);
  }
  if (parser_.failed()) {
    finish(Failure{parser_.failure(), true, at() + ": " + parser_.message()}, false);
  } else if (parser_.done()) {
    // A server that answers before it has read all is not in step any more.
    finish(parser_.take(), parser_.keep_alive() && all_written() && !surplus_);
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

void TcpConnection::take(std::string_view bytes) {
  const std::size_t used = exchange_ == nullptr ? 0 : parser_.feed(bytes);
  if (used < bytes.size() && (exchange_ == nullptr || parser_.done())) surplus_ = true;
}

void TcpConnection::on_end(const asio::error_code& error) {
  if (exchange_ == nullptr) {
    shut();
    return owner_.on_closed(*this);
  }
  if (error == asio::error::eof) {
    parser_.end_of_stream();
    if (parser_.done()) return finish(parser_.take(), false);
    return finish(Failure{Failure::Kind::lost, true, at() + ": " + parser_.message()}, false);
  }
  finish(Failure{Failure::Kind::lost, true, "the connection to " + at() + " broke: " + error.message()}, false);
}

// Completes the exchange. The connection is idle again, and its next read pending, before the caller hears of it: what
// the caller sends next can then leave on this very connection.
void TcpConnection::finish(Answer answer, bool keep) {
  const ExchangePtr exchange = std::move(exchange_);
  if (auto* failure = std::get_if<Failure>(&answer)) failure->maybe_executed = written_ > 0;
  if (keep) {
    state_ = State::idle;
    idle_since_ = context_.loop.clock().steady();
    owner_.on_idle(*this);
    arm_read();
  } else {
    shut();
    owner_.on_closed(*this);
  }
  exchange->done(std::move(answer));
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
    exchange->done(Failure{kind, self->written_ > 0, message});
  });
}

}  // namespace

std::shared_ptr<Connection> make_connection(ConnectionContext& context, const Endpoint& endpoint,
                                            Connection::Owner& owner) {
  return std::make_shared<TcpConnection>(context, endpoint, owner);
}

}  // namespace drift::wire
