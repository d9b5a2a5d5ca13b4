// LeaseHolder: see the header. Taking and giving back are here, the renewals are LeaseKeeper's.
#include "migrate/lease_holder.hpp"

#include "base/failpoint.hpp"
#include "base/random.hpp"
#include "client/core.hpp"
#include "client/request_json.hpp"
#include "migrate/lease_keeper.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/lease_watch.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <utility>

namespace drift::migrate {

namespace {

// A stopped run has to end within 2 s, whatever the network does.
constexpr std::chrono::milliseconds give_back_time_max{1'000};
constexpr int give_back_attempts_max = 5;

const client::Operation& update_item() {
  static const client::Operation operation = client::Operation::named("UpdateItem");
  return operation;
}

// Returns after `delay`, or as soon as a stop is requested; true iff it is not.
bool wait_unless_stopped(base::Loop& loop, std::chrono::nanoseconds delay, const std::stop_token& stop) {
  struct Signal {
    std::atomic<bool> given = false;
    std::promise<void> promise = {};
    void give() {
      if (!given.exchange(true)) promise.set_value();
    }
  };
  const auto signal = std::make_shared<Signal>();
  const auto timer = loop.after(delay, [signal] { signal->give(); });
  {
    const std::stop_callback on_stop(stop, [signal] { signal->give(); });
    signal->promise.get_future().wait();
  }
  loop.cancel(timer);
  return !stop.stop_requested();
}

// "4 s"
std::string seconds_text(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

// The way to a lease: looking, taking, looking again.
class LeaseHolder::Taking {
 public:
  Taking(const LeaseHolder& holder, std::uint64_t number, std::string run_id, const std::stop_token& stop)
      : holder_(holder),
        number_(number),
        run_id_(std::move(run_id)),
        stop_(stop),
        loop_(holder.client_.core().loop()),
        watch_(loop_.clock(), holder.times_.lease) {}

  // Empty: stopped.
  std::optional<LeaseKeeper::Taken> take(std::chrono::milliseconds lock_timeout) {
    try {
      return look_and_take(lock_timeout);
    } catch (const Error&) {
      if (stop_.stop_requested()) return std::nullopt;
      throw;
    }
  }

 private:
  std::optional<LeaseKeeper::Taken> look_and_take(std::chrono::milliseconds lock_timeout) {
    look();
    // From the first look, so that a timeout of one lease is enough to see that an owner is gone.
    const base::BootTime begun = loop_.clock().boot();
    for (;; look()) {
      if (is_mine()) return taken(true);
      if (watch_.is_free()) {
        if (attempt()) return taken(false);
        continue;
      }
      const base::BootTime waited = loop_.clock().boot() - begun;
      if (waited >= lock_timeout) throw locked();
      if (!wait_unless_stopped(loop_, pause(lock_timeout - waited), stop_)) return std::nullopt;
    }
  }

  void look() { watch_.see(read_lease(holder_.client_, holder_.run_table_, number_)); }

  // True iff an attempt of this taking was executed though its answer was lost.
  [[nodiscard]] bool is_mine() const { return watch_.row() && watch_.row()->nonce == nonce_; }

  // Until there is something to see.
  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds left) const {
    const std::chrono::nanoseconds to_expiry = holder_.times_.lease - watch_.unchanged_for();
    const auto shortest = std::min({left, to_expiry, std::chrono::nanoseconds(holder_.times_.poll)});
    return std::max(shortest, std::chrono::nanoseconds(std::chrono::milliseconds(1)));
  }

  // True iff taken; false: the row has to be looked at again.
  bool attempt() {
    constexpr int doubts_max = 3;
    token_ = watch_.row() ? watch_.row()->lease.token + 1 : 1;
    sent_ = loop_.clock().boot();
    if (doubts_ == 0) first_sent_ = sent_;
    const auto result =
        holder_.client_.core().ask(update_item(), request(), {.stop = stop_, .table = holder_.run_table_});
    if (!result.error) return true;
    if (result.error->in_doubt() && ++doubts_ < doubts_max) return false;
    if (result.error->code() == "ConditionalCheckFailedException") return false;
    throw *result.error;
  }

  [[nodiscard]] LeaseKeeper::Taken taken(bool after_doubt) const {
    return {.number = number_,
            .token = after_doubt ? watch_.row()->lease.token : token_,
            .run_id = run_id_,
            .sent = after_doubt ? first_sent_ : sent_,
            .renew_now = after_doubt};
  }

  [[nodiscard]] std::string request() const {
    const Expression condition = as_seen(watch_.row());
    const ProcessIdentity& who = holder_.who_;
    const std::string now = iso_time(loop_.clock().system());
    Names names = condition.names;
    names.insert({{"#token", "Token"},
                  {"#beat", "Beat"},
                  {"#released", "Released"},
                  {"#nonce", "Nonce"},
                  {"#host", "Host"},
                  {"#user", "User"},
                  {"#pid", "Pid"},
                  {"#space", "PidSpace"},
                  {"#started", "PidStarted"},
                  {"#run", "RunId"},
                  {"#since", "Since"},
                  {"#renewed", "Renewed"}});
    Attributes values = condition.values;
    values.insert({{":token", token_},
                   {":zero", 0},
                   {":false", false},
                   {":nonce", nonce_},
                   {":host", who.host},
                   {":user", who.user},
                   {":pid", who.pid},
                   {":space", who.pid_space},
                   {":started", who.started},
                   {":run", run_id_},
                   {":now", now}});
    client::RequestJson json;
    json.text("TableName", holder_.run_table_).attributes("Key", lease_key(number_));
    json.text("UpdateExpression",
              "SET #token = :token, #beat = :zero, #released = :false, #nonce = :nonce, #host = :host, #user = :user, "
              "#pid = :pid, #space = :space, #started = :started, #run = :run, #since = :now, #renewed = :now");
    json.text("ConditionExpression", condition.text).names(names).values(values);
    return json.take();
  }

  [[nodiscard]] Error locked() const {
    const Lease& lease = watch_.row()->lease;
    const std::string number = std::to_string(number_);
    std::string message = "migration " + number + " is being run by " + owner_text(lease) + "; ";
    std::string next = "Nothing was done. Wait until it has finished, or set lock_timeout higher.";
    if (watch_.life() == Life::running || watch_.has_changed()) {
      message += "that process is alive";
    } else {
      message += "it last renewed its lease at " + lease.renewed + " by its own clock";
      const auto seen_for = watch_.unchanged_for();
      if (seen_for > 2 * holder_.times_.renew) {
        message += ", and not in the " + seconds_text(seen_for) + " that this waited";
      }
      next += " A lease without a sign of life for " + seconds_text(holder_.times_.lease) +
              " is taken over by whoever waits so long.";
    }
    next += " If that process is gone for good: Migrator::unlock(" + number + ", " + std::to_string(lease.token) + ").";
    return Error({.code = "Locked", .message = message, .table = holder_.run_table_, .next_step = next});
  }

  const LeaseHolder& holder_;
  const std::uint64_t number_;
  const std::string run_id_;
  const std::stop_token stop_;
  base::Loop& loop_;
  LeaseWatch watch_;
  const std::string nonce_ = base::random_uuid();
  std::uint64_t token_ = 0;
  base::BootTime sent_{};
  base::BootTime first_sent_{};
  int doubts_ = 0;
};

LeaseHolder::LeaseHolder(Client& client, std::string run_table, ProcessIdentity who, LeaseTimes times)
    : client_(client), run_table_(std::move(run_table)), who_(std::move(who)), times_(times) {}

LeaseHolder::~LeaseHolder() { release(); }

bool LeaseHolder::acquire(std::uint64_t number, std::string run_id, std::chrono::milliseconds lock_timeout,
                          const std::stop_token& stop, OnLost on_lost) {
  auto taken = Taking(*this, number, std::move(run_id), stop).take(lock_timeout);
  if (!taken) return false;
  keeper_ = std::make_shared<LeaseKeeper>(client_, run_table_, times_, std::move(*taken), std::move(on_lost));
  keeper_->start();
  return true;
}

void LeaseHolder::name_run(std::string run_id) {
  if (keeper_) keeper_->name_run(std::move(run_id));
}

void LeaseHolder::release() noexcept {
  if (!keeper_ || released_) return;
  released_ = true;
  keeper_->end();
  DRIFT_FAILPOINT("lease.release.before");
  if (!keeper_->is_lost()) give_back();
  DRIFT_FAILPOINT("lease.release.after");
}

void LeaseHolder::give_back() {
  client::RequestJson json;
  json.text("TableName", run_table_).attributes("Key", lease_key(keeper_->number()));
  json.text("UpdateExpression", "SET #released = :true").text("ConditionExpression", "#token = :token");
  json.names({{"#released", "Released"}, {"#token", "Token"}});
  json.values({{":true", true}, {":token", keeper_->token()}});
  const std::string request = json.take();
  // A lease that is not given back ends by itself, so a run's end does not wait for long.
  client::ClientCore& core = client_.core();
  std::stop_source patience;
  const auto timer = core.loop().after(give_back_time_max, [patience]() mutable { patience.request_stop(); });
  // Repeating is harmless: the token is ours, or the condition fails.
  for (int attempt = 0; attempt < give_back_attempts_max && !patience.stop_requested(); ++attempt) {
    const auto result = core.ask(update_item(), request, {.stop = patience.get_token(), .table = run_table_});
    if (!result.error || !result.error->in_doubt()) break;
  }
  core.loop().cancel(timer);
}

bool LeaseHolder::may_send() const noexcept { return keeper_ && keeper_->may_send(); }

std::uint64_t LeaseHolder::token() const noexcept { return keeper_ ? keeper_->token() : 0; }

TransactAction LeaseHolder::check() const { return lease_check(run_table_, keeper_ ? keeper_->number() : 0, token()); }

}  // namespace drift::migrate
