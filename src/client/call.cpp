#include "client/call.hpp"

#include "client/call_error.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace drift::client {
namespace {

// The headers of a signed request are about 500 bytes, beside the session token.
constexpr std::size_t headers_bytes = 640;
// A signature is valid for 15 minutes; a smaller difference than this cannot be what is wrong with it.
constexpr std::chrono::minutes skew_min{4};
// A connection that TLS refuses is rarely better the next time: a certificate does not change.
constexpr std::uint32_t tls_attempts_max = 3;
// As long as the endpoint has never answered.
constexpr std::uint32_t first_contact_attempts_max = 3;
// DynamoDB remembers a ClientRequestToken for ten minutes (API reference, TransactWriteItems); half of that leaves room
// for a request that was under way for long.
constexpr std::chrono::minutes token_lifetime{5};

}  // namespace

Call::Call(std::shared_ptr<CoreState> state, const Operation& operation, std::string body, CallOptions options,
           ClientCore::Done done)
    : state_(std::move(state)),
      operation_(operation),
      body_(std::move(body)),
      options_(std::move(options)),
      done_(std::move(done)) {}

void Call::begin() {
  begun_ = state_->loop.clock().steady();
  if (options_.stop.stop_requested()) {
    // Later: who starts a call is not to hear of its end before that returns.
    state_->loop.post([self = shared_from_this()] { self->finish(cancelled_error(self->context())); });
    return;
  }
  attempt();
}

void Call::attempt() {
  const Credentials* credentials = state_->credentials->current(state_->now());
  if (credentials == nullptr) {
    wait_for_credentials();
    return;
  }
  send(*credentials);
}

void Call::wait_for_credentials() {
  waiting_ = true;
  watch_stop();
  state_->credentials->when_ready([self = shared_from_this()](const std::optional<Error>& error) {
    if (!self->waiting_) return;  // stopped meanwhile
    self->waiting_ = false;
    self->on_stop_.reset();
    if (error) {
      self->finish(credentials_error(self->context(), *error));
    } else {
      self->attempt();
    }
  });
}

void Call::send(const Credentials& credentials) {
  wire::Request request;
  request.endpoint = state_->settings.endpoint;
  request.headers.reserve(headers_bytes + credentials.session_token.size());
  signed_at_ = state_->now();
  generation_ = state_->credentials->generation();
  const wire::SigningKeys keys{.access_key_id = credentials.access_key_id,
                               .secret_access_key = credentials.secret_access_key,
                               .session_token = credentials.session_token};
  state_->signer.sign(request.headers, keys, state_->authority, operation_.target(), body_, signed_at_);
  request.body = body_;
  request.connect_timeout = state_->settings.connect_timeout;
  request.answer_timeout = state_->settings.request_timeout;
  request.stop = options_.stop;
  ++result_.attempts;
  state_->transport.send(std::move(request),
                         [self = shared_from_this()](wire::Answer answer) { self->receive(std::move(answer)); });
}

void Call::receive(wire::Answer answer) {
  Verdict verdict = judge(answer);
  if (std::holds_alternative<wire::Response>(answer)) state_->answered = true;
  if (verdict.fate == Fate::answered) {
    result_.body = std::move(std::get<wire::Response>(answer).body);
    finish({});
    return;
  }
  const bool throttled = verdict.fate == Fate::error && verdict.error_class == ErrorClass::throttled;
  if (throttled) ++result_.throttled;
  count_fruitless(verdict);
  in_doubt_ = in_doubt_ || is_in_doubt(verdict);
  if (mend(verdict)) {
    attempt();
    return;
  }
  result_.given_back = throttled && options_.gives_back_throttling;
  if (may_repeat(verdict) && attempts_left(verdict) && !is_stopped(verdict) && !result_.given_back) {
    wait_then_attempt();
    return;
  }
  if (auto* response = std::get_if<wire::Response>(&answer)) result_.error_body = std::move(response->body);
  verdict.message = state_->credentials->without_secrets(std::move(verdict.message));
  fail(verdict);
}

bool Call::repeats_safely() const {
  if (operation_.repeat != Repeat::with_token) return operation_.repeat == Repeat::safe;
  return state_->loop.clock().steady() - begun_ < token_lifetime;
}

bool Call::may_repeat(const Verdict& verdict) const {
  using Kind = wire::Failure::Kind;
  switch (verdict.fate) {
    case Fate::unsent:
      return verdict.failure != Kind::tls || result_.attempts < tls_attempts_max;
    case Fate::lost:
      return verdict.failure != Kind::too_large && repeats_safely();
    case Fate::error:
      return verdict.error_class == ErrorClass::throttled || verdict.error_class == ErrorClass::conflict ||
             (verdict.error_class == ErrorClass::server && repeats_safely());
    default:
      return false;
  }
}

bool Call::is_stopped(const Verdict& verdict) const {
  const bool has_failure = verdict.fate == Fate::unsent || verdict.fate == Fate::lost;
  return options_.stop.stop_requested() || (has_failure && verdict.failure == wire::Failure::Kind::cancelled);
}

bool Call::mend(const Verdict& verdict) {
  if (verdict.fate != Fate::error) return false;
  if (verdict.error_class == ErrorClass::clock) return mend_clock(verdict);
  return verdict.error_class == ErrorClass::credentials && mend_credentials();
}

bool Call::mend_clock(const Verdict& verdict) {
  if (clock_mended_ || !verdict.server_time) return false;
  const auto skew = *verdict.server_time - signed_at_;
  if (skew < skew_min && -skew < skew_min) return false;
  clock_mended_ = true;
  state_->clock_offset = *verdict.server_time - state_->loop.clock().system();
  return true;
}

bool Call::mend_credentials() {
  if (credentials_mended_) return false;
  credentials_mended_ = true;
  // Where another call has had them refreshed meanwhile, the new ones are there already.
  return state_->credentials->reject(generation_);
}

void Call::count_fruitless(const Verdict& verdict) noexcept {
  const bool for_now = verdict.fate == Fate::error &&
                       (verdict.error_class == ErrorClass::throttled || verdict.error_class == ErrorClass::conflict);
  fruitless_ = options_.attempts_max < 0 && for_now ? 0 : fruitless_ + 1;
}

bool Call::attempts_left(const Verdict& verdict) const noexcept {
  if (verdict.fate == Fate::unsent && !state_->answered && result_.attempts >= first_contact_attempts_max) return false;
  const int max = options_.attempts_max > 0 ? options_.attempts_max : state_->settings.retry.attempts_max;
  return std::cmp_less(fruitless_, max);
}

bool Call::is_in_doubt(const Verdict& verdict) const {
  if (operation_.repeat == Repeat::safe) return false;
  switch (verdict.fate) {
    case Fate::lost:
      return true;
    case Fate::error:
      return verdict.error_class == ErrorClass::server;
    case Fate::foreign:
      // Said to be done, or failed at, by something that stands in between.
      return verdict.status < 300 || verdict.status >= 500;
    default:
      return false;
  }
}

void Call::wait_then_attempt() {
  waiting_ = true;
  const auto delay = state_->settings.retry.wait(result_.attempts, state_->random.unit());
  timer_ = state_->loop.after(delay, [self = shared_from_this()] {
    if (!self->waiting_) return;
    self->waiting_ = false;
    self->timer_.reset();
    self->on_stop_.reset();
    if (self->options_.may_send && !self->options_.may_send()) {
      self->wait_then_attempt();
    } else {
      self->attempt();
    }
  });
  watch_stop();
}

void Call::watch_stop() {
  if (!options_.stop.stop_possible()) return;
  // The callback runs on whatever thread asks for the stop, perhaps at once.
  on_stop_.emplace(options_.stop, [weak = weak_from_this(), &loop = state_->loop] {
    loop.post([weak] {
      if (const auto self = weak.lock()) self->stop_waiting();
    });
  });
}

void Call::stop_waiting() {
  if (!waiting_) return;
  waiting_ = false;
  if (timer_) state_->loop.cancel(*timer_);
  timer_.reset();
  finish(cancelled_error(context()));
}

void Call::fail(const Verdict& verdict) {
  const CallContext failed = context();
  // Without the stop there would have been another attempt: it is the stop that ends the call.
  const bool cancelled = is_stopped(verdict) && may_repeat(verdict);
  finish(cancelled ? cancelled_error(failed) : call_error(failed, verdict));
}

void Call::finish(std::optional<Error> error) {
  on_stop_.reset();
  result_.error = std::move(error);
  const ClientCore::Done done = std::move(done_);
  done(std::move(result_));
}

CallContext Call::context() const {
  return {.operation = operation_,
          .request = body_,
          .table = options_.table,
          .settings = state_->settings,
          .attempts = result_.attempts,
          .in_doubt = in_doubt_};
}

}  // namespace drift::client
