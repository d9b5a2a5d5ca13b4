// The pool's rule for failures to connect: each failed attempt fails one waiting request, the oldest, and then there
// are again as many attempts under way as requests wait, as far as the limit allows. Nothing waits without an attempt
// that will end.
#include "wire/pool.hpp"

#include "wire/io_loop.hpp"

#include <algorithm>
#include <utility>

namespace drift::wire {

Pool::Pool(ConnectionContext& context, Resolver& resolver, Endpoint endpoint, const AsioTransportOptions& options)
    : context_(context), resolver_(resolver), endpoint_(std::move(endpoint)), options_(options) {}

Pool::~Pool() = default;

void Pool::submit(ExchangePtr exchange) {
  if (exchange->request.stop.stop_requested() || shut_down_)
    return complete_later(std::move(exchange), Failure{Failure::Kind::cancelled, false, "the request was cancelled"});
  exchange->on_new_connection = false;
  if (!idle_.empty()) {
    Connection& connection = *idle_.back();
    idle_.pop_back();
    return connection.start(std::move(exchange));
  }
  exchange->deadline =
      context_.loop.clock().steady() + exchange->request.connect_timeout + exchange->request.answer_timeout;
  waiting_.push_back(std::move(exchange));
  open_what_is_missing();
}

void Pool::open_what_is_missing() {
  while (!shut_down_ && opening_ < waiting_.size() && connections_.size() < options_.connections_max) {
    auto connection = make_connection(context_, endpoint_, *this);
    const auto patience = waiting_[opening_]->request.connect_timeout;
    unresolved_.push_back(Opening{connection.get(), context_.loop.clock().steady() + patience});
    connections_.push_back(std::move(connection));
    ++opening_;
  }
  if (unresolved_.empty() || resolving_) return;
  resolving_ = true;
  resolver_.resolve(endpoint_.host, [this](const Resolved& resolved) { on_resolved(resolved); });
}

void Pool::on_resolved(const Resolved& resolved) {
  resolving_ = false;
  for (const Opening& opening : std::exchange(unresolved_, {})) {
    if (!resolved.addresses.empty()) {
      opening.connection->open(resolved.addresses, opening.deadline);
    } else {
      on_not_opened(*opening.connection, Failure{Failure::Kind::resolve, false,
                                                 "the name " + endpoint_.host + " is not found: " + resolved.error});
    }
  }
}

void Pool::on_opened(Connection& connection) {
  --opening_;
  start_first_waiting(connection, true);
}

void Pool::on_idle(Connection& connection) { start_first_waiting(connection, false); }

// Gives an idle connection to the request that waits longest, if one does.
void Pool::start_first_waiting(Connection& connection, bool is_new) {
  if (waiting_.empty()) {
    idle_.push_back(&connection);
    return;
  }
  ExchangePtr exchange = std::move(waiting_.front());
  waiting_.pop_front();
  exchange->on_new_connection = is_new;
  connection.start(std::move(exchange));
}

// The request takes another connection. But to go on opening them could last for ever with a server, or what stands in
// front of it, that hangs up at once.
void Pool::on_unsent(Connection& connection, ExchangePtr exchange) {
  const auto removed = remove(connection);
  if (!exchange->on_new_connection) return submit(std::move(exchange));
  const auto message = endpoint_.authority() + " closed the connection as soon as it was open";
  complete_later(std::move(exchange), Failure{Failure::Kind::connect, false, message});
  open_what_is_missing();
}

void Pool::on_not_opened(Connection& connection, Failure failure) {
  const auto removed = remove(connection);
  --opening_;
  if (!waiting_.empty()) fail_first_waiting(std::move(failure));
  open_what_is_missing();
}

void Pool::on_closed(Connection& connection) {
  const auto removed = remove(connection);
  open_what_is_missing();
}

std::shared_ptr<Connection> Pool::remove(Connection& connection) {
  std::erase(idle_, &connection);
  std::erase_if(unresolved_, [&](const Opening& opening) { return opening.connection == &connection; });
  const auto at = std::ranges::find(connections_, &connection, [](const auto& owned) { return owned.get(); });
  if (at == connections_.end()) return nullptr;
  auto owned = std::move(*at);
  connections_.erase(at);
  return owned;
}

void Pool::fail_first_waiting(Failure failure) {
  ExchangePtr exchange = std::move(waiting_.front());
  waiting_.pop_front();
  complete_later(std::move(exchange), std::move(failure));
}

// Later, because a completion may send again, and what called us is not done.
void Pool::complete_later(ExchangePtr exchange, Failure failure) {
  context_.loop.post([exchange = std::shared_ptr<Exchange>(std::move(exchange)), failure = std::move(failure)] {
    exchange->done(failure);
  });
}

void Pool::sweep(base::SteadyTime now) {
  sweep_waiting(now);
  swept_ = connections_;  // what is closed below changes the list
  for (const auto& connection : swept_) {
    if (connection->state() == Connection::State::opening) connection->check_address(now);
    if (connection->state() == Connection::State::busy) sweep_busy(*connection, now);
  }
  swept_.clear();
  const auto unresolved = unresolved_;
  for (const Opening& opening : unresolved) {
    if (now < opening.deadline) continue;
    const auto message = "the name " + endpoint_.host + " is not found: the system's resolver does not answer";
    on_not_opened(*opening.connection, Failure{Failure::Kind::timeout, false, message});
  }
  sweep_idle(now);
}

void Pool::sweep_waiting(base::SteadyTime now) {
  std::deque<ExchangePtr> kept;
  for (ExchangePtr& exchange : waiting_) {
    if (exchange->request.stop.stop_requested()) {
      complete_later(std::move(exchange), Failure{Failure::Kind::cancelled, false, "the request was cancelled"});
    } else if (now >= exchange->deadline) {
      const auto message =
          "all " + std::to_string(options_.connections_max) + " connections to " + endpoint_.authority() + " are busy";
      complete_later(std::move(exchange), Failure{Failure::Kind::timeout, false, message});
    } else {
      kept.push_back(std::move(exchange));
    }
  }
  waiting_ = std::move(kept);
}

void Pool::sweep_busy(Connection& connection, base::SteadyTime now) {
  const Exchange& exchange = connection.exchange();
  if (exchange.request.stop.stop_requested()) {
    connection.close(Failure::Kind::cancelled, "the request was cancelled");
  } else if (now >= exchange.deadline) {
    connection.close(Failure::Kind::timeout, endpoint_.authority() + " did not answer within " +
                                                 std::to_string(exchange.request.answer_timeout.count()) + " ms");
  } else {
    return;
  }
  on_closed(connection);
}

void Pool::sweep_idle(base::SteadyTime now) {
  while (!idle_.empty() && now - idle_.front()->idle_since() >= options_.idle_timeout) {
    Connection& connection = *idle_.front();
    connection.close(Failure::Kind::lost, "idle");
    remove(connection);
  }
}

void Pool::shut_down() {
  shut_down_ = true;
  const Failure failure{Failure::Kind::cancelled, false, "the transport is shutting down"};
  while (!waiting_.empty()) fail_first_waiting(failure);
  for (const auto& connection : std::exchange(connections_, {})) connection->close(failure.kind, failure.message);
  idle_.clear();
  unresolved_.clear();
}

}  // namespace drift::wire
