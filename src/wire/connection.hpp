// Connection: one TCP connection to an endpoint, plain or TLS, that carries one request at a time, and what its pool
// and it tell each other. All of it lives on the loop's thread.
#pragma once

#include "base/clock.hpp"
#include "wire/resolver.hpp"
#include "wire/transport.hpp"

#include <memory>
#include <vector>

namespace drift::wire {

class IoLoop;
class Reactor;
class TlsContext;

// A request on its way to its answer.
struct Exchange {
  Request request = {};
  Transport::Completion done = {};
  base::SteadyTime deadline = {};  // while it waits: of that; in flight: of the answer
  bool on_new_connection = false;  // the connection that it was given to had just been opened
};
using ExchangePtr = std::unique_ptr<Exchange>;

class Connection {
 public:
  enum class State : std::uint8_t { opening, idle, busy, closed };

  // What the pool is told. None of these is called from inside a call of the pool's to the connection.
  class Owner {
   public:
    Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    virtual ~Owner() = default;

    // It is open, and idle: it may be started at once.
    virtual void on_opened(Connection& connection) = 0;
    // Its answer has come: the same.
    virtual void on_idle(Connection& connection) = 0;
    // It could not be opened.
    virtual void on_not_opened(Connection& connection, Failure failure) = 0;
    // It is closed, after it was open. Its exchange, if any, is completed by itself.
    virtual void on_closed(Connection& connection) = 0;
    // It is closed, and was so before anything of its request was sent: here that is again.
    virtual void on_unsent(Connection& connection, ExchangePtr exchange) = 0;
  };

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  // Connects to the first address that answers, until `deadline`.
  virtual void open(std::vector<Address> addresses, base::SteadyTime deadline) = 0;
  // Of an idle one: sends the exchange's request, soon, with what else leaves then.
  virtual void start(ExchangePtr exchange) = 0;
  // Closes it without a word to the owner. An exchange in flight is completed, later, with this failure;
  // maybe_executed is filled in.
  virtual void close(Failure::Kind kind, const std::string& message) = 0;
  // Of an opening connection whose addresses take too long: goes on to the next one.
  virtual void check_address(base::SteadyTime now) = 0;

  [[nodiscard]] virtual State state() const noexcept = 0;
  // Since when it is idle.
  [[nodiscard]] virtual base::SteadyTime idle_since() const noexcept = 0;
  // Of a busy one.
  [[nodiscard]] virtual const Exchange& exchange() const noexcept = 0;
};

// What the connections of a transport share.
struct ConnectionContext {
  IoLoop& loop;
  Reactor& reactor;
  const TlsContext* tls = nullptr;  // set before the first TLS connection is made
  std::vector<char> scratch = {};   // for reading
};

std::shared_ptr<Connection> make_connection(ConnectionContext& context, const Endpoint& endpoint,
                                            Connection::Owner& owner);

}  // namespace drift::wire
