// RunPace: see the header.
#include "migrate/run_pace.hpp"

#include "migrate/table_capacity.hpp"

#include <chrono>
#include <utility>

namespace drift::migrate {

namespace {

constexpr std::chrono::milliseconds publish_interval{200};
// A page of a scan, and a write, before anything is known of the table's items.
constexpr double page_estimate = 128;
constexpr double write_estimate = 1;

pace::GivenRate given(const Rate& rate) {
  if (!rate.is_given()) return {};
  return {.kind = rate.is_share() ? pace::GivenRate::Kind::share : pace::GivenRate::Kind::units, .value = rate.value()};
}

}  // namespace

RunPace::RunPace(const RunOptions& options, Counters& counters, TableCatalog& catalog, base::Loop& loop,
                 std::stop_source halt)
    : options_(options),
      counters_(counters),
      catalog_(catalog),
      loop_(loop),
      halt_(std::move(halt)),
      spending_(options, counters),
      reads_("RCU", page_estimate),
      writes_("WCU", write_estimate),
      concurrency_(options.concurrency) {
  counters_.prices = options.prices;
  apply_controls();
}

void RunPace::begin() {
  const std::weak_ptr<RunPace> weak = weak_from_this();
  listener_ = std::make_unique<ControlState::Listener>(*options_.controls.state(), [weak, &loop = loop_] {
    loop.post([weak] {
      if (const auto self = weak.lock(); self && self->follow_controls()) self->wake();
    });
  });
  loop_.post([weak] {
    if (const auto self = weak.lock(); self && self->follow_controls()) self->publish_later();
  });
}

void RunPace::end() {
  listener_.reset();
  {
    const std::scoped_lock lock(ending_);
    ended_ = true;
  }
  const std::scoped_lock lock(mutex_);
  wakers_.clear();
}

void RunPace::on_change(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wakers_.push_back(std::move(wake));
}

void RunPace::wake() {
  std::vector<std::function<void()>> wakers;
  {
    const std::scoped_lock lock(mutex_);
    wakers = wakers_;
  }
  for (const auto& waker : wakers) waker();
}

void RunPace::apply_controls() {
  const ControlState::Values values = options_.controls.state()->values();
  paused_ = values.paused;
  concurrency_ = values.concurrency.value_or(options_.concurrency);
  reads_.set_rate(given(values.read_rate.value_or(options_.read_rate)), now());
  writes_.set_rate(given(values.write_rate.value_or(options_.write_rate)), now());
}

bool RunPace::follow_controls() {
  return while_it_goes_on([this] {
    apply_controls();
    publish();
  });
}

RunPace::KnownTable& RunPace::known(std::string_view wire_name) {
  if (const auto known = tables_.find(wire_name); known != tables_.end()) return known->second;
  TableDescription description{.name = std::string(wire_name)};
  if (const auto described = catalog_.known(wire_name)) description = described->description;
  const pace::TableCapacity writes = capacity_of(description, Units::write);
  const bool has_indexes = !writes.indexes.empty();
  const auto number = writes_.add_table(writes, now());
  reads_.add_table(capacity_of(description, Units::read), now());
  return tables_.emplace(wire_name, KnownTable{.number = number, .has_indexes = has_indexes}).first->second;
}

pace::Pacer::Table RunPace::table(std::string_view wire_name) { return known(wire_name).number; }

bool RunPace::has_indexes(std::string_view wire_name) { return known(wire_name).has_indexes; }

bool RunPace::affords(double read_units, double write_units) {
  if (spending_.allows(read_units + reads_.under_way(), write_units + writes_.under_way())) return true;
  if (reads_.requests_under_way() == 0 && writes_.requests_under_way() == 0) {
    spending_.reach();
    halt_.request_stop();
  }
  return false;
}

void RunPace::publish_later() {
  loop_.after(publish_interval, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->while_it_goes_on([&] { self->publish(); })) self->publish_later();
  });
}

bool RunPace::while_it_goes_on(const std::function<void()>& work) {
  const std::scoped_lock lock(ending_);
  if (!ended_) work();
  return !ended_;
}

void RunPace::publish() {
  using Kind = pace::Pacer::Standing::Kind;
  // While a phase reads and one writes, what is refused says more than what was asked for.
  auto standing = writes_.standing(now());
  if (auto reading = reads_.standing(now()); reading.kind > standing.kind) standing = std::move(reading);
  if (paused_) {
    counters_.set_pace(Pace::paused, "paused by its controls");
  } else if (standing.kind == Kind::free) {
    counters_.set_pace(Pace::full, "");
  } else {
    counters_.set_pace(standing.kind == Kind::given ? Pace::limited : Pace::throttled, standing.reason);
  }
}

}  // namespace drift::migrate
