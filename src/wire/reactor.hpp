// Reactor: says which sockets are ready, and when requests leave. Its epoll is edge-triggered and hangs in Asio's,
// which wakes it: a socket is registered once for its life, and nobody reads to find nothing.
//
// It works in turns. All that is ready is read first; what is to be written then leaves together, one request behind
// the other. To wake a sleeping server costs as much as half a request, where it is on this machine; so only the first
// of a turn pays for that. Between a request's being handed in and its leaving there is always a look at all sockets,
// so that it does not leave on a connection that the server had closed before.
//
// Of the loop's thread; made by any.
#pragma once

#include "base/clock.hpp"

#include <memory>
#include <vector>

namespace drift::wire {

class IoLoop;

class Reactor {
 public:
  // What is ready; several at once.
  struct Ready {
    bool writable = false;
    bool ended = false;  // nothing more will come after what is there to be read, or the socket is broken
  };

  class Handler {
   public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    // Must read until there is no more, and write until the socket takes no more: it is not told again.
    virtual void on_ready(Ready ready) = 0;
    // It said leave_soon(), and this is when: unless it was told of something else meanwhile, it is as it was.
    virtual void leave() = 0;
  };

  explicit Reactor(IoLoop& loop);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // From now on the handler is told of the socket, which does not block, and is kept. False: the system refused; errno
  // says why.
  [[nodiscard]] bool watch(int socket, std::shared_ptr<Handler> handler);
  // Before the socket is closed. Does nothing for one that is not watched.
  void forget(int socket);
  // Once any socket is watched.
  void leave_soon(std::shared_ptr<Handler> handler);
  // When the current turn began; of the handlers' calls only.
  [[nodiscard]] base::SteadyTime now() const noexcept { return now_; }
  // Nobody is told anything any more. Before the loop stops.
  void shut_down();

 private:
  struct Asio;

  void turn();
  bool look();
  void take_turn_later();
  void wait();

  IoLoop& loop_;
  std::unique_ptr<Asio> asio_;                           // made with the first socket
  std::vector<std::shared_ptr<Handler>> handlers_ = {};  // by the socket
  std::vector<std::shared_ptr<Handler>> leaving_ = {};   // in the current turn
  std::vector<std::shared_ptr<Handler>> next_ = {};      // in the one after it
  base::SteadyTime now_ = {};
  bool turn_is_posted_ = false;
  bool waits_ = false;
  bool shut_down_ = false;
};

}  // namespace drift::wire
