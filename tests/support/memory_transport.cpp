// Everything shared is behind one mutex, which is never held while a handler or a completion runs.
#include "support/memory_transport.hpp"

#include "base/crc32.hpp"
#include "support/manual_loop.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace drift::testing {
namespace {

// A request on its way; answered once, by whoever comes first.
struct Pending {
  wire::Request request;
  wire::Transport::Completion done;
  std::atomic<bool> answered = false;
  std::mutex on_stop_mutex = {};  // the request may be answered while its callback is still being registered
  std::optional<std::stop_callback<std::function<void()>>> on_stop = {};
};
using PendingPtr = std::shared_ptr<Pending>;

}  // namespace

wire::Response response(int status, std::string body) {
  static std::atomic<std::uint64_t> requests = 0;
  wire::Response response;
  response.status = status;
  response.headers =
      "x-amzn-requestid: MEMORY" + std::to_string(++requests) +
      "\r\ncontent-type: application/x-amz-json-1.0\r\nx-amz-crc32: " + std::to_string(base::crc32(body)) +
      "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n";
  response.body = std::move(body);
  return response;
}

wire::Response ok(std::string json) { return response(200, std::move(json)); }

wire::Response refused(std::string_view code, std::string_view message, int status, std::string_view more) {
  std::string body = R"({"__type":"com.amazonaws.dynamodb.v20120810#)";
  body.append(code).append(R"(","message":")").append(message).append("\"").append(more).append("}");
  return response(status, std::move(body));
}

wire::Failure lost(bool maybe_executed) {
  return {wire::Failure::Kind::lost, maybe_executed, "memory: it closed the connection without an answer"};
}

std::string_view operation_name(const wire::Request& request) {
  const auto target = wire::find_header(request.headers, "x-amz-target");
  return target.substr(target.find('.') + 1);
}

class MemoryTransport::State : public std::enable_shared_from_this<State> {
 public:
  State(base::Loop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}

  void send(wire::Request request, Completion done) {
    auto pending = std::make_shared<Pending>();
    pending->request = std::move(request);
    pending->done = std::move(done);
    bool is_held = false;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(pending->request);
      open_.push_back(pending);
      in_flight_max_ = std::max(in_flight_max_, open_.size());
      is_held = holding_;
      if (is_held) held_.push_back(pending);
    }
    const std::stop_token stop = pending->request.stop;
    if (stop.stop_possible()) {
      const std::lock_guard lock(pending->on_stop_mutex);
      pending->on_stop.emplace(stop, [state = shared_from_this(), weak = std::weak_ptr(pending)] {
        if (const auto stopped = weak.lock()) state->cancel(stopped);
      });
    }
    if (!is_held) answer_later(pending);
  }

  void release() {
    std::deque<PendingPtr> held;
    {
      const std::lock_guard lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    for (const auto& pending : held) answer_later(pending);
  }

  void cancel(const PendingPtr& pending) {
    {
      const std::lock_guard lock(mutex_);
      std::erase(held_, pending);
    }
    const bool maybe_executed = true;  // it has left, as far as this transport can tell
    complete_later(pending, wire::Failure{wire::Failure::Kind::cancelled, maybe_executed, "the request was cancelled"});
  }

  void cancel_all() {
    std::vector<PendingPtr> open;
    {
      const std::lock_guard lock(mutex_);
      open = open_;
    }
    for (const auto& pending : open) cancel(pending);
  }

  mutable std::mutex mutex_;  // of all below
  std::deque<wire::Answer> script_;
  std::deque<PendingPtr> held_;
  std::vector<wire::Request> requests_;
  std::chrono::nanoseconds latency_{0};
  bool holding_ = false;
  std::vector<PendingPtr> open_;  // not answered yet
  std::size_t in_flight_max_ = 0;

 private:
  void answer_later(const PendingPtr& pending) {
    std::chrono::nanoseconds latency{0};
    {
      const std::lock_guard lock(mutex_);
      latency = latency_;
    }
    auto answer = [self = shared_from_this(), pending] { self->answer(pending); };
    if (latency.count() == 0) {
      loop_.post(std::move(answer));
    } else {
      loop_.after(latency, std::move(answer));
    }
  }

  void answer(const PendingPtr& pending) {
    if (pending->answered) return;
    std::optional<wire::Answer> scripted;
    {
      const std::lock_guard lock(mutex_);
      if (!script_.empty()) {
        scripted = std::move(script_.front());
        script_.pop_front();
      }
    }
    if (scripted) {
      complete(pending, std::move(*scripted));
    } else {
      complete(pending, handler_ ? handler_(pending->request) : wire::Answer(ok("{}")));
    }
  }

  void complete_later(const PendingPtr& pending, wire::Failure failure) {
    loop_.post(
        [self = shared_from_this(), pending, failure = std::move(failure)] { self->complete(pending, failure); });
  }

  void complete(const PendingPtr& pending, wire::Answer answer) {
    if (pending->answered.exchange(true)) return;
    {
      const std::lock_guard lock(mutex_);
      std::erase(open_, pending);
    }
    {
      const std::lock_guard lock(pending->on_stop_mutex);
      pending->on_stop.reset();
    }
    pending->done(std::move(answer));
  }

  base::Loop& loop_;
  const Handler handler_;
};

MemoryTransport::MemoryTransport(Handler handler)
    : own_loop_(std::make_unique<ThreadLoop>()),
      loop_(own_loop_.get()),
      state_(std::make_shared<State>(*loop_, std::move(handler))) {}

MemoryTransport::MemoryTransport(base::Loop& loop, Handler handler)
    : loop_(&loop), state_(std::make_shared<State>(*loop_, std::move(handler))) {}

MemoryTransport::~MemoryTransport() { state_->cancel_all(); }

void MemoryTransport::send(wire::Request request, Completion done) {
  state_->send(std::move(request), std::move(done));
}

void MemoryTransport::script(wire::Answer answer) {
  const std::lock_guard lock(state_->mutex_);
  state_->script_.push_back(std::move(answer));
}

void MemoryTransport::set_latency(std::chrono::nanoseconds latency) {
  const std::lock_guard lock(state_->mutex_);
  state_->latency_ = latency;
}

void MemoryTransport::hold() {
  const std::lock_guard lock(state_->mutex_);
  state_->holding_ = true;
}

void MemoryTransport::release() { state_->release(); }

std::vector<wire::Request> MemoryTransport::requests() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->requests_;
}

std::size_t MemoryTransport::request_count() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->requests_.size();
}

std::size_t MemoryTransport::held() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->held_.size();
}

std::size_t MemoryTransport::in_flight_max() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->in_flight_max_;
}

}  // namespace drift::testing
