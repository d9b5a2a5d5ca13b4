// Survey: see the header. Each thread takes the next part that nobody has, and reads it to its end, page by page.
#include "migrate/survey.hpp"

#include "client/core.hpp"
#include "client/request_json.hpp"
#include "client/waiting.hpp"
#include "migrate/preflight.hpp"
#include "migrate/segments.hpp"
#include "pace/token_bucket.hpp"
#include "value/page.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace drift::migrate {

namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t page_items_max = 1'024;  // as the scanner's first pages: memory, and a local server's time
constexpr std::uint32_t page_items_first = 64;   // where a rate is given and the size of items is not known yet
constexpr double page_seconds = 0.1;             // a page is no more than the rate allows in this time
// Of a sample: so many items from one place, where neighbours may be alike, and at most so many places.
constexpr std::uint64_t sample_part_items = 20;
constexpr std::uint64_t sample_parts_max = 500;
constexpr std::uint64_t total_segments_max = 1'000'000;  // of a parallel scan (API reference, Scan)

// What is read: `count` parts, each the beginning of a segment of `total`.
struct Parts {
  std::uint32_t count = 1;
  std::uint32_t total = 1;
  std::uint64_t items_each = unlimited;

  [[nodiscard]] std::uint32_t segment(std::uint32_t part) const noexcept {
    return static_cast<std::uint32_t>(std::uint64_t{part} * total / count);
  }
};

Parts whole(const SurveyOptions& options) {
  const std::uint32_t segments = choose_segments({.asked = options.segments,
                                                  .concurrency = options.threads,
                                                  .cores = std::thread::hardware_concurrency(),
                                                  .table_bytes = options.source.bytes_estimated});
  return {.count = segments, .total = segments};
}

// Segments as large as what is wanted of each, so that its beginning is about all of it.
Parts sample_of(const SurveyOptions& options) {
  const std::uint64_t items = options.sample;
  const std::uint64_t fewest = std::min<std::uint64_t>(items, sample_part_items);
  const std::uint64_t count = std::clamp(items / sample_part_items, fewest, sample_parts_max);
  const std::uint64_t each = (items + count - 1) / count;
  const std::uint64_t total = std::clamp(options.source.items_estimated / each, count, total_segments_max);
  return {.count = static_cast<std::uint32_t>(count), .total = static_cast<std::uint32_t>(total), .items_each = each};
}

// RCU a second; empty: none given.
std::optional<double> units_a_second(const Rate& rate, const ScanSource& source) {
  if (!rate.is_given()) return std::nullopt;
  return rate.is_share() ? rate.value() * source.reads.units : rate.value();
}

class Surveyor {
 public:
  Surveyor(Client& client, const CatalogTable& table, const SurveyOptions& options, const Visit& visit, Parts parts)
      : core_(client.core().given_up_at(halt_.get_token())),
        table_(table),
        key_(std::make_shared<const KeySchema>(table.description.key)),
        options_(options),
        visit_(visit),
        parts_(parts) {
    if (const auto rate = units_a_second(options.read_rate, options.source)) bucket_.emplace(*rate, now());
  }

  Survey execute() {
    {
      const std::stop_callback stop(options_.stop, [this] { halt_.request_stop(); });
      std::vector<std::jthread> threads;
      const std::size_t count = std::min<std::size_t>(options_.threads, parts_.count);
      try {
        for (std::size_t thread = 1; thread < count; ++thread) threads.emplace_back([this, thread] { work(thread); });
      } catch (const std::system_error&) {
        // The machine has no more threads; those that there are read it all.
      }
      work(0);
    }
    if (error_) std::rethrow_exception(error_);
    result_.complete = !options_.stop.stop_requested();
    result_.parts = parts_.count;
    return result_;
  }

 private:
  [[nodiscard]] base::SteadyTime now() const { return core_->loop().clock().steady(); }

  void work(std::size_t thread) {
    try {
      for (std::uint32_t part = next_++; part < parts_.count && !halt_.stop_requested(); part = next_++) {
        read({.thread = thread, .part = part});
      }
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      // A call that was given up is no error of its own.
      if (!error_ && !halt_.stop_requested()) error_ = std::current_exception();
      halt_.request_stop();
    }
  }

  void read(const SurveyPlace& place) {
    static const client::Operation scan = client::Operation::named("Scan");
    ScanOptions options{.consistent = options_.source.consistent,
                        .index = options_.source.index,
                        .segment = parts_.segment(static_cast<std::uint32_t>(place.part)),
                        .total_segments = parts_.total};
    std::shared_ptr<const value::Page> page;
    std::uint64_t wanted = parts_.items_each;
    do {
      options.page_limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, page_limit()));
      if (!wait_for_turn()) return;
      const client::ScanRequest request{
          .table = table_.wire_name, .options = &options, .start_key = page ? page->last_key() : std::string_view{}};
      page = value::Page::parse(
          core_->call(scan, client::scan_request(request), {.attempts_max = -1, .table = table_.wire_name}), key_);
      take(page->read_units());
      for (std::size_t i = 0; i < page->size(); ++i) {
        if (halt_.stop_requested()) return;
        visit_(place, page->item(i));
      }
      wanted -= std::min<std::uint64_t>(wanted, page->size());
      count(*page);
    } while (wanted > 0 && !page->last_key().empty());
  }

  // Until nothing is owed to the rate; false: stopped meanwhile.
  bool wait_for_turn() {
    constexpr std::chrono::nanoseconds look_again = std::chrono::milliseconds(200);  // for a stop
    while (!halt_.stop_requested()) {
      std::chrono::nanoseconds owed{0};
      {
        const std::scoped_lock lock(mutex_);
        const base::SteadyTime moment = now();
        if (bucket_) owed = bucket_->ready_at(moment) - moment;
      }
      if (owed <= std::chrono::nanoseconds(0)) return true;
      client::wait_for(core_->loop(), std::min(owed, look_again));
    }
    return false;
  }

  void take(double units) {
    const std::scoped_lock lock(mutex_);
    if (bucket_) bucket_->take(units, now());
  }

  [[nodiscard]] std::uint32_t page_limit() {
    const std::scoped_lock lock(mutex_);
    if (!bucket_) return page_items_max;
    if (result_.read_units <= 0) return page_items_first;
    const double items = bucket_->rate() * page_seconds * static_cast<double>(result_.items) / result_.read_units;
    return static_cast<std::uint32_t>(std::clamp(items, 1.0, static_cast<double>(page_items_max)));
  }

  void count(const value::Page& page) {
    const std::scoped_lock lock(mutex_);
    result_.items += page.size();
    result_.read_units += page.read_units();
    if (options_.on_page) options_.on_page(result_.items);
  }

  std::stop_source halt_;
  const std::unique_ptr<client::ClientCore> core_;
  const CatalogTable& table_;
  const std::shared_ptr<const KeySchema> key_;
  const SurveyOptions& options_;
  const Visit& visit_;
  const Parts parts_;
  std::atomic<std::uint32_t> next_ = 0;  // part

  std::mutex mutex_;
  std::optional<pace::TokenBucket> bucket_;
  Survey result_;
  std::exception_ptr error_;
};

}  // namespace

Survey survey(Client& client, const CatalogTable& table, const SurveyOptions& options, const Visit& visit) {
  check_concurrency(options.threads, "concurrency", table.description.name);
  // A table that does not say how large it is may be larger than any sample.
  const std::uint64_t estimated = options.source.items_estimated;
  const bool sampled = options.sample > 0 && (estimated == 0 || estimated > options.sample);
  const Parts parts = sampled ? sample_of(options) : whole(options);
  Survey result = Surveyor(client, table, options, visit, parts).execute();
  result.sampled = sampled;
  result.items_estimated = sampled || !result.complete ? estimated : result.items;
  return result;
}

}  // namespace drift::migrate
