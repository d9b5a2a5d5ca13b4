// Pool: the connections to one endpoint. A request takes the connection that was used last; when there is none it
// waits, in order, for whichever comes first: one that becomes free, or a new one. All of it lives on the loop's
// thread.
#pragma once

#include "wire/asio_transport.hpp"
#include "wire/connection.hpp"
#include "wire/resolver.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace drift::wire {

class Pool final : private Connection::Owner {
 public:
  Pool(ConnectionContext& context, Resolver& resolver, Endpoint endpoint, const AsioTransportOptions& options);
  ~Pool() override;

  void submit(ExchangePtr exchange);
  // Gives up what is overdue or no longer wanted, and closes what has been idle for long.
  void sweep(base::SteadyTime now);
  // Completes everything as cancelled and closes every connection.
  void shut_down();

  // True iff a sweep has something to look at.
  [[nodiscard]] bool empty() const noexcept { return connections_.empty() && waiting_.empty(); }

 private:
  void on_opened(Connection& connection) override;
  void on_idle(Connection& connection) override;
  void on_not_opened(Connection& connection, Failure failure) override;
  void on_closed(Connection& connection) override;
  void on_unsent(Connection& connection, ExchangePtr exchange) override;

  void start_first_waiting(Connection& connection, bool is_new);
  void open_what_is_missing();
  void on_resolved(const Resolved& resolved);
  void fail_first_waiting(Failure failure);
  void complete_later(ExchangePtr exchange, Failure failure);
  std::shared_ptr<Connection> remove(Connection& connection);
  void sweep_waiting(base::SteadyTime now);
  void sweep_busy(Connection& connection, base::SteadyTime now);
  void sweep_idle(base::SteadyTime now);

  // A connection on its way, and until when it may take. The oldest waiting request's patience is the measure.
  struct Opening {
    Connection* connection = nullptr;
    base::SteadyTime deadline = {};
  };

  ConnectionContext& context_;
  Resolver& resolver_;
  const Endpoint endpoint_;
  const AsioTransportOptions& options_;
  std::vector<std::shared_ptr<Connection>> connections_ = {};  // all that are not closed
  std::vector<std::shared_ptr<Connection>> swept_ = {};        // those of a sweep; keeps its room
  std::vector<Connection*> idle_ = {};                         // the one used last at the back
  std::vector<Opening> unresolved_ = {};                       // opening, without an address yet
  std::size_t opening_ = 0;
  bool resolving_ = false;
  bool shut_down_ = false;
  std::deque<ExchangePtr> waiting_ = {};
};

}  // namespace drift::wire
