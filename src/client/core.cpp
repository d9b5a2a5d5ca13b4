#include "client/core.hpp"

#include "client/call.hpp"
#include "client/core_state.hpp"
#include "client/settings.hpp"
#include "wire/asio_transport.hpp"

#include <future>
#include <stdexcept>
#include <utility>

namespace drift::client {

ClientCore::ClientCore(const ClientOptions& options) {
  Found found = find_settings(options);
  transport_ = std::move(found.transport);
  state_ = std::make_shared<CoreState>(std::move(found.settings), *transport_);
}

ClientCore::ClientCore(Settings settings, std::shared_ptr<wire::Transport> transport)
    : transport_(std::move(transport)), state_(std::make_shared<CoreState>(std::move(settings), *transport_)) {}

ClientCore::ClientCore(const ClientCore& of, std::stop_token stop)
    : transport_(of.transport_), state_(of.state_), stop_(std::move(stop)), is_view_(true) {}

std::unique_ptr<ClientCore> ClientCore::given_up_at(std::stop_token stop) const {
  return std::unique_ptr<ClientCore>(new ClientCore(*this, std::move(stop)));
}

ClientCore::~ClientCore() {
  if (is_view_) return;
  // A question to the provider that is under way uses the loop.
  state_->credentials->close();
}

void ClientCore::start(const Operation& operation, std::string body, CallOptions options, Done done) {
  if (!options.stop.stop_possible()) options.stop = stop_;
  auto call = std::make_shared<Call>(state_, operation, std::move(body), std::move(options), std::move(done));
  // On the loop at once: what the caller of a completion starts leaves on the connection that has become free.
  if (state_->loop.on_loop_thread()) return call->begin();
  state_->loop.post([call = std::move(call)] { call->begin(); });
}

CallResult ClientCore::ask(const Operation& operation, std::string body, const CallOptions& options) {
  if (loop().on_loop_thread()) throw std::logic_error("a call that waits would stop the loop that it waits for");
  std::promise<CallResult> promise;
  std::future<CallResult> future = promise.get_future();
  start(operation, std::move(body), options, [&promise](CallResult result) { promise.set_value(std::move(result)); });
  return future.get();
}

std::string ClientCore::call(const Operation& operation, std::string body, const CallOptions& options) {
  CallResult result = ask(operation, std::move(body), options);
  if (result.error) throw *result.error;
  return std::move(result.body);
}

base::Loop& ClientCore::loop() noexcept { return state_->loop; }

const ClientCore::Settings& ClientCore::settings() const noexcept { return state_->settings; }

}  // namespace drift::client
