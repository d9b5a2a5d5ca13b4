// Reactor: see the header.
#include "wire/reactor.hpp"

#include "wire/asio.hpp"
#include "wire/io_loop.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace drift::wire {

namespace {

constexpr int events_max = 64;

int make_epoll() {
  const int handle = epoll_create1(EPOLL_CLOEXEC);
  if (handle < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return handle;
}

}  // namespace

struct Reactor::Asio {
  explicit Asio(asio::io_context& context) : epoll(context, make_epoll()) {}

  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> epoll;
};

Reactor::Reactor(IoLoop& loop) : loop_(loop) {}

Reactor::~Reactor() = default;

bool Reactor::watch(int socket, std::shared_ptr<Handler> handler) {
  // On the loop's thread: Asio, as the loop has it, does not lock what belongs to sockets.
  if (asio_ == nullptr) asio_ = std::make_unique<Asio>(loop_.context());
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.fd = socket;
  if (epoll_ctl(asio_->epoll.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) return false;
  const auto place = static_cast<std::size_t>(socket);
  if (place >= handlers_.size()) handlers_.resize(place + 1);
  handlers_[place] = std::move(handler);
  wait();
  return true;
}

void Reactor::forget(int socket) {
  const auto place = static_cast<std::size_t>(socket);
  if (place >= handlers_.size() || handlers_[place] == nullptr) return;
  epoll_ctl(asio_->epoll.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
  handlers_[place].reset();
}

void Reactor::leave_soon(std::shared_ptr<Handler> handler) {
  next_.push_back(std::move(handler));
  take_turn_later();
}

void Reactor::shut_down() {
  shut_down_ = true;
  asio::error_code ignored;
  if (asio_ != nullptr) asio_->epoll.cancel(ignored);
}

void Reactor::turn() {
  if (shut_down_) return;
  now_ = loop_.clock().steady();
  leaving_.swap(next_);
  while (look()) {
  }
  for (const auto& handler : leaving_) handler->leave();
  leaving_.clear();
  if (next_.empty()) {
    wait();
  } else {
    take_turn_later();
  }
}

// True iff there may be more: a request must not leave before all was seen. What answers and sends again is not ready
// again until it has left, so this ends.
bool Reactor::look() {
  std::array<epoll_event, events_max> events;
  const int count = epoll_wait(asio_->epoll.native_handle(), events.data(), events_max, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    // A copy: it may be forgotten meanwhile. One that took the place of a forgotten one just finds nothing.
    const auto handler = handlers_[static_cast<std::size_t>(event.data.fd)];
    if (handler == nullptr) continue;
    handler->on_ready({.writable = (event.events & EPOLLOUT) != 0,
                       .ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
  }
  return count == events_max;
}

// Behind what else the loop has to do.
void Reactor::take_turn_later() {
  if (std::exchange(turn_is_posted_, true)) return;
  asio::post(loop_.context(), [this] {
    turn_is_posted_ = false;
    turn();
  });
}

// For the next event. While turns follow one another by themselves, there is no need.
void Reactor::wait() {
  if (turn_is_posted_ || shut_down_ || std::exchange(waits_, true)) return;
  asio_->epoll.async_wait(asio::posix::descriptor_base::wait_read, [this](const asio::error_code& error) {
    waits_ = false;
    if (!error) turn();
  });
}

}  // namespace drift::wire
