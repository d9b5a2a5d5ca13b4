// LeaseKeeper: see the header.
#include "migrate/lease_keeper.hpp"

#include "base/failpoint.hpp"
#include "client/request_json.hpp"
#include "migrate/lease_row.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <algorithm>
#include <utility>

namespace drift::migrate {

namespace {

const client::Operation& update_item() {
  static const client::Operation operation = client::Operation::named("UpdateItem");
  return operation;
}

base::BootTime usable_time(const LeaseTimes& times, std::chrono::milliseconds request_timeout) {
  return request_timeout < times.lease ? times.lease - request_timeout : times.lease / 2;
}

}  // namespace

LeaseKeeper::LeaseKeeper(Client& client, std::string run_table, LeaseTimes times, Taken taken,
                         LeaseHolder::OnLost on_lost)
    : core_(client.core()),
      clock_(core_.loop().clock()),
      run_table_(std::move(run_table)),
      times_(times),
      taken_(std::move(taken)),
      usable_(usable_time(times, core_.settings().request_timeout)),
      send_until_((taken_.sent + usable_).count()),
      run_id_(taken_.run_id),
      on_lost_(std::move(on_lost)) {}

void LeaseKeeper::start() {
  core_.loop().post([self = shared_from_this()] {
    const auto elapsed = self->clock_.boot() - self->taken_.sent;
    self->renew_after(self->taken_.renew_now ? std::chrono::nanoseconds(0) : self->times_.renew - elapsed);
  });
}

void LeaseKeeper::end() {
  const auto promise = std::make_shared<std::promise<void>>();
  std::future<void> ended = promise->get_future();
  core_.loop().post([self = shared_from_this(), promise] {
    self->send_until_ = 0;
    self->ended_ = std::move(*promise);
    if (self->next_) self->core_.loop().cancel(*self->next_);
    self->next_.reset();
    if (self->in_flight_) {
      self->stop_.request_stop();
    } else {
      self->ended_->set_value();
    }
  });
  ended.get();
}

void LeaseKeeper::name_run(std::string run_id) {
  const std::lock_guard lock(mutex_);
  run_id_ = std::move(run_id);
}

void LeaseKeeper::renew_after(std::chrono::nanoseconds delay) {
  if (ended_ || lost_) return;
  next_ = core_.loop().after(std::max(delay, std::chrono::nanoseconds(0)), [self = shared_from_this()] {
    self->next_.reset();
    self->renew();
  });
}

void LeaseKeeper::renew() {
  if (ended_ || lost_) return;
  in_flight_ = true;
  sent_ = clock_.boot();
  stop_ = std::stop_source();
  // An answer that takes so long is given up, so that there is time for another attempt before the lease ends.
  give_up_ = core_.loop().after(times_.lease / 3, [stop = stop_]() mutable { stop.request_stop(); });
  DRIFT_FAILPOINT("lease.renew.before");
  core_.start(update_item(), request(), {.stop = stop_.get_token(), .table = run_table_},
              [self = shared_from_this()](const client::CallResult& result) { self->receive(result); });
}

std::string LeaseKeeper::request() {
  std::string run_id;
  {
    const std::lock_guard lock(mutex_);
    run_id = run_id_;
  }
  client::RequestJson json;
  json.text("TableName", run_table_).attributes("Key", lease_key(taken_.number));
  json.text("UpdateExpression", "SET #beat = :beat, #run = :run, #renewed = :now");
  json.text("ConditionExpression", "#token = :token AND #released = :false AND #beat < :beat");
  json.names(
      {{"#beat", "Beat"}, {"#run", "RunId"}, {"#renewed", "Renewed"}, {"#token", "Token"}, {"#released", "Released"}});
  json.values({{":beat", ++beat_},
               {":run", std::move(run_id)},
               {":now", iso_time(clock_.system())},
               {":token", taken_.token},
               {":false", false}});
  json.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  return json.take();
}

void LeaseKeeper::receive(const client::CallResult& result) {
  DRIFT_FAILPOINT("lease.renew.after");
  in_flight_ = false;
  if (give_up_) core_.loop().cancel(*give_up_);
  give_up_.reset();
  if (ended_) {
    ended_->set_value();
    return;
  }
  const base::BootTime took = clock_.boot() - sent_;
  if (!result.error) {
    failing_since_.reset();
    extend(sent_);
    return renew_after(times_.renew - took);
  }
  Error::Details details = result.error->details();
  if (details.code == "ConditionalCheckFailedException") {
    details.message = heir(result);
    return lose(std::move(details));
  }
  if (!failing_since_) failing_since_ = sent_;
  if (clock_.boot() - *failing_since_ >= times_.lease) {
    details.message = "it could not be renewed for a whole lease: " + details.message;
    return lose(std::move(details));
  }
  renew_after(times_.renew / 5);
}

void LeaseKeeper::extend(base::BootTime sent) noexcept { send_until_ = (sent + usable_).count(); }

std::string LeaseKeeper::heir(const client::CallResult& result) const {
  std::optional<LeaseRow> found;
  try {
    const auto item = value::JsonObject::parse(result.error_body).raw("Item");
    if (item) found = lease_row_of(value::parse_attributes(*item, value::answer_rules));
  } catch (const Error& error) {
    return "its row cannot be read: " + error.message();  // that it is lost is certain all the same
  }
  if (!found) return "its row is gone from the run table";
  const LeaseRow& row = *found;
  if (row.lease.token == taken_.token) return "it was released by Migrator::unlock()";
  return (row.lease.released ? "it was taken, and given back, by " : "it was taken by ") + owner_text(row.lease);
}

void LeaseKeeper::lose(Error::Details details) {
  lost_ = true;
  send_until_ = 0;
  details.code = "LeaseLost";
  details.message = "the lease of migration " + std::to_string(taken_.number) + " is lost: " + details.message;
  details.next_step =
      "Nothing is sent any more; what was sent before is recorded in the journal. Run the migration again when "
      "Migrator::leases() shows it free: it goes on where it was.";
  details.in_doubt = false;
  details.retryable = false;
  const auto on_lost = std::move(on_lost_);
  if (on_lost) on_lost(Error(std::move(details)));
}

}  // namespace drift::migrate
