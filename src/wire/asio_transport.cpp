// The transport hands requests to the pool of their endpoint, on the loop's thread. Deadlines and stop tokens are
// looked at by a sweep twenty times a second, so that a request arms no timer and registers no callback of its own.
#include "wire/asio_transport.hpp"

#include "wire/connection.hpp"
#include "wire/io_loop.hpp"
#include "wire/pool.hpp"
#include "wire/reactor.hpp"
#include "wire/resolver.hpp"
#include "wire/tls.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace drift::wire {
namespace {

constexpr std::chrono::milliseconds sweep_interval{50};
constexpr std::size_t scratch_bytes = std::size_t{256} << 10U;

class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(AsioTransportOptions options)
      : options_(std::move(options)), context_{loop_, reactor_, nullptr, std::vector<char>(scratch_bytes)} {
    // So that a wrong path is found out now.
    if (options_.tls_expected && !options_.ca_bundle.empty()) load_authorities();
  }

  ~AsioTransport() override {
    loop_.post([this] { shut_down(); });
    loop_.stop();
  }

  void send(Request request, Completion done) override {
    auto exchange = std::make_unique<Exchange>(Exchange{std::move(request), std::move(done)});
    if (loop_.on_loop_thread()) return submit(std::move(exchange));
    {
      const std::lock_guard lock(mutex_);
      incoming_.push_back(std::move(exchange));
      if (incoming_.size() > 1) return;  // somebody has told the loop
    }
    loop_.post([this] { submit_incoming(); });
  }

  [[nodiscard]] base::Loop& loop() override { return loop_; }

 private:
  void submit_incoming() {
    {
      const std::lock_guard lock(mutex_);
      submitting_.swap(incoming_);
    }
    for (ExchangePtr& exchange : submitting_) submit(std::move(exchange));
    submitting_.clear();
  }

  void submit(ExchangePtr exchange) {
    try {
      if (exchange->request.endpoint.tls && !tls_) load_authorities();
    } catch (const std::exception& error) {
      return refuse(std::move(exchange), Failure{Failure::Kind::tls, false, error.what()});
    }
    Pool& pool = pool_of(exchange->request.endpoint);
    pool.submit(std::move(exchange));
    if (!sweeping_) sweep_later();
  }

  void refuse(ExchangePtr exchange, Failure failure) {
    loop_.post([refused = std::shared_ptr<Exchange>(std::move(exchange)), failure = std::move(failure)] {
      refused->done(failure);
    });
  }

  Pool& pool_of(const Endpoint& endpoint) {
    const auto found = pools_.find(endpoint);
    if (found != pools_.end()) return *found->second;
    auto pool = std::make_unique<Pool>(context_, resolver_, endpoint, options_);
    if (shut_down_) pool->shut_down();
    return *pools_.emplace(endpoint, std::move(pool)).first->second;
  }

  // The authorities take some 20 ms and 5 MB: only who uses TLS pays for them.
  void load_authorities() {
    tls_ = std::make_unique<TlsContext>(options_.ca_bundle);
    context_.tls = tls_.get();
  }

  void sweep_later() {
    sweeping_ = true;
    loop_.after(sweep_interval, [this] { sweep(); });
  }

  void sweep() {
    sweeping_ = false;
    const base::SteadyTime now = loop_.clock().steady();
    for (const auto& [endpoint, pool] : pools_) pool->sweep(now);
    const auto is_empty = [](const auto& entry) { return entry.second->empty(); };
    if (!std::ranges::all_of(pools_, is_empty)) sweep_later();
  }

  void shut_down() {
    shut_down_ = true;
    for (const auto& [endpoint, pool] : pools_) pool->shut_down();
    reactor_.shut_down();
  }

  const AsioTransportOptions options_;
  IoLoop loop_{base::machine_clock()};
  Reactor reactor_{loop_};
  Resolver resolver_{loop_};
  std::unique_ptr<TlsContext> tls_ = {};
  ConnectionContext context_;
  std::map<Endpoint, std::unique_ptr<Pool>> pools_ = {};  // the loop's thread only
  bool sweeping_ = false;
  bool shut_down_ = false;
  std::vector<ExchangePtr> submitting_ = {};

  std::mutex mutex_;
  std::vector<ExchangePtr> incoming_ = {};
};

}  // namespace

std::unique_ptr<Transport> make_asio_transport(AsioTransportOptions options) {
  return std::make_unique<AsioTransport>(std::move(options));
}

}  // namespace drift::wire
