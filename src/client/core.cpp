#include "client/core.hpp"

#include "client/call.hpp"
#include "client/core_state.hpp"
#include "client/settings.hpp"
#include "value/json_object.hpp"
#include "wire/asio_transport.hpp"

#include <future>
#include <set>
#include <stdexcept>
#include <utility>

namespace drift::client {

namespace {

using value::JsonObject;

// The tables that the request of a write names: itself, or as parts of a batch or a transaction.
std::string tables_of(std::string_view request_json) {
  std::set<std::string> tables;
  try {
    const JsonObject request = JsonObject::parse(request_json);
    if (const auto table = request.string("TableName")) tables.insert(*table);
    if (const auto items = request.object("RequestItems")) {
      for (const auto& member : items->members()) tables.insert(JsonObject::unescaped(member));
    }
    for (const std::string_view part : request.array("TransactItems")) {
      const JsonObject action = JsonObject::parse(part);  // {"Put":{"TableName":...}}
      for (const auto& member : action.members()) {
        if (const auto table = JsonObject::parse(member.value).string("TableName")) tables.insert(*table);
      }
    }
  } catch (const Error&) {
    return {};  // a caller's own text that is no request; the error that follows names the operation alone
  }
  std::string text;
  for (const std::string& table : tables) text.append(text.empty() ? "" : ", ").append(table);
  return text;
}

Error read_only_error(const std::string& operation, const std::string& table) {
  return Error({.code = "ReadOnly",
                .message = operation + " is no read, and this client only reads",
                .table = table,
                .next_step = "Nothing was sent."});
}

}  // namespace

ClientCore::ClientCore(const ClientOptions& options) {
  Found found = find_settings(options);
  transport_ = std::move(found.transport);
  state_ = std::make_shared<CoreState>(std::move(found.settings), *transport_);
}

ClientCore::ClientCore(Settings settings, std::shared_ptr<wire::Transport> transport)
    : transport_(std::move(transport)), state_(std::make_shared<CoreState>(std::move(settings), *transport_)) {}

ClientCore::ClientCore(const ClientCore& of, std::stop_token stop, std::shared_ptr<Refused> refused)
    : transport_(of.transport_),
      state_(of.state_),
      stop_(std::move(stop)),
      refused_(std::move(refused)),
      is_view_(true) {}

std::unique_ptr<ClientCore> ClientCore::given_up_at(std::stop_token stop) const {
  return std::unique_ptr<ClientCore>(new ClientCore(*this, std::move(stop), refused_));
}

std::unique_ptr<ClientCore> ClientCore::reading_only(std::stop_token stop) const {
  return std::unique_ptr<ClientCore>(new ClientCore(*this, std::move(stop), std::make_shared<Refused>()));
}

std::optional<Error> ClientCore::take_refused() {
  const std::scoped_lock lock(refused_->mutex);
  return std::exchange(refused_->first, std::nullopt);
}

ClientCore::~ClientCore() {
  if (is_view_) return;
  // A question to the provider that is under way uses the loop.
  state_->credentials->close();
}

void ClientCore::start(const Operation& operation, std::string body, CallOptions options, Done done) {
  if (refused_ && !operation.is_read()) {
    const std::string table = options.table.empty() ? tables_of(body) : std::string(options.table);
    const Error error = read_only_error(operation.name, table);
    {
      const std::scoped_lock lock(refused_->mutex);
      if (!refused_->first) refused_->first = error;
    }
    return state_->loop.post([error, done = std::move(done)] { done({.error = error}); });
  }
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
