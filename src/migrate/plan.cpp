// plan: see the header. A survey calls the callbacks through the collector of a run, rehearses what they queue, and
// counts.
#include <drift/plan.hpp>

#include "client/core.hpp"
#include "migrate/action_collector.hpp"
#include "migrate/callback_error.hpp"
#include "migrate/expiry.hpp"
#include "migrate/item_filter.hpp"
#include "migrate/plan_counts.hpp"
#include "migrate/plan_forecast.hpp"
#include "migrate/preflight.hpp"
#include "migrate/rehearsal.hpp"
#include "migrate/scan_source.hpp"
#include "migrate/stamp.hpp"
#include "migrate/survey.hpp"
#include "migrate/table_facts.hpp"

#include <drift/actions.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace drift {

namespace {

using migrate::CatalogTable;
using migrate::PlanCounts;
using migrate::TableCatalog;

// What one thread calls back with.
struct Caller {
  std::unique_ptr<Client> reader;  // of its own, to see what a callback was refused
  migrate::ActionCollector collector;
  migrate::Rehearsal rehearsal;
};

// Says that it was the callback that wanted to write.
Error of_callback(const std::exception_ptr& thrown, const CatalogTable& table, const Item& item) {
  Error error = migrate::callback_error(thrown, table.description.name, item,
                                        "Nothing was written. Mend the callback or the item and plan again.");
  if (error.code() != "ReadOnly") return error;
  Error::Details details = error.details();
  details.message = "`up` makes a write of its own: " + details.message;
  details.next_step =
      "Nothing was sent. A plan only reads, so what the callback does after that is not known. Queue the write as an "
      "action in place of making it.";
  return Error(std::move(details));
}

class Planner {
 public:
  Planner(Client& client, const Migration& migration, const PlanOptions& options)
      : reader_(client.core().reading_only(options.run.stop)),
        migration_(migration),
        options_(options),
        catalog_(reader_),
        table_(migrate::find_table(reader_, catalog_, migration.table)),
        stamp_(options.run.stamp.empty() ? "" : migrate::stamp_name(options.run.stamp, migration.number, 1)),
        asked_(migrate::index_source(table_->description, migration.index)),
        source_(stamp_.empty() ? asked_ : migrate::table_source(table_->description)),
        filter_(migrate::ItemFilter::make(migration.filter, asked_.index_key)),
        reads_(migration.reads),
        counts_(options, table_),
        callers_(options.run.concurrency) {
    if (filter_ && !reads_.empty()) reads_.insert(reads_.end(), filter_->reads().begin(), filter_->reads().end());
    if (options.run.skip_expired) ttl_attribute_ = migrate::find_ttl_attribute(reader_, table_->wire_name);
  }

  Plan execute() {
    const migrate::Survey survey = look();
    Plan plan;
    plan.index = source_.index;
    plan.items = survey.items;
    plan.items_estimated = survey.items_estimated;
    plan.sampled = survey.sampled;
    plan.complete = survey.complete;
    plan.read_units_consumed = survey.read_units;
    plan.account = options_.account ? options_.account : migrate::account_quotas(reader_);
    migrate::forecast(plan, counts_.sums(), survey, {table_->description, source_}, options_.run);
    counts_.take_lists(plan);
    plan.tables.push_back(migrate::table_facts(reader_, table_->wire_name, table_->description));
    for (const auto& [wire_name, written] : counts_.sums().written) {
      if (written.table == table_) continue;
      plan.tables.push_back(migrate::table_facts(reader_, wire_name, written.table->description));
    }
    return plan;
  }

 private:
  migrate::Survey look() {
    migrate::SurveyOptions options{.source = source_,
                                   .threads = options_.run.concurrency,
                                   .segments = options_.run.segments,
                                   .sample = options_.sample,
                                   .read_rate = options_.run.read_rate,
                                   .stop = options_.run.stop};
    if (options_.on_page) {
      const std::uint64_t estimated = source_.items_estimated;
      options.on_page = [this, estimated](std::uint64_t items) { options_.on_page(items, estimated); };
    }
    return migrate::survey(reader_, *table_, options,
                           [this](const migrate::SurveyPlace& place, const Item& item) { visit(place, item); });
  }

  void visit(const migrate::SurveyPlace& place, const Item& item) {
    if (migrate::is_expired(item, ttl_attribute_, reader_.core().loop().clock().system())) {
      return counts_.add_item(place.part);
    }
    Caller& caller = caller_of(place.thread);
    try {
      if (filter_ && !filter_->holds(item)) return counts_.add_item(place.part);
      caller.collector.begin(item);
      Actions actions(caller.collector);
      (void)caller.reader->core().take_refused();  // of a callback that threw
      migration_.up(item, actions);
      if (const auto refused = caller.reader->core().take_refused()) throw Error(*refused);  // it may have caught it
      const auto queued = caller.collector.take();
      if (queued.empty()) return counts_.add_item(place.part);
      const auto rehearsed = caller.rehearsal.rehearse(item, queued);
      counts_.add(place.part, {.item = item, .actions = queued, .rehearsed = rehearsed});
    } catch (...) {
      const Error error = of_callback(std::current_exception(), *table_, item);
      if (!migrate::is_given_up(error, options_.run.stop)) counts_.add_error(place.part, error);
    }
  }

  // Of the one thread that asks.
  Caller& caller_of(std::size_t thread) {
    std::unique_ptr<Caller>& caller = callers_.at(thread);
    if (!caller) {
      const RunOptions& run = options_.run;
      const migrate::GuardSettings guards{.guard = run.guard,
                                          .stamped = !stamp_.empty(),
                                          .scanned_arn = table_->description.arn,
                                          .exact = run.exact,
                                          .version = run.version,
                                          .reads = reads_};
      const auto reach = run.apply == Apply::streaming ? migrate::Reach::own_item : migrate::Reach::any_item;
      auto reader = std::make_unique<Client>(reader_.core().reading_only(run.stop));
      migrate::ActionCollector collector(*reader, catalog_, table_, guards, reach);
      caller = std::make_unique<Caller>(Caller{.reader = std::move(reader),
                                               .collector = std::move(collector),
                                               .rehearsal = migrate::Rehearsal(catalog_, stamp_)});
    }
    return *caller;
  }

  Client reader_;
  const Migration& migration_;
  const PlanOptions& options_;
  TableCatalog catalog_;
  const std::shared_ptr<const CatalogTable> table_;
  const std::string stamp_;
  const migrate::ScanSource asked_;   // by the migration
  const migrate::ScanSource source_;  // that a run would read, which is the table for a stamped one
  const std::shared_ptr<const migrate::ItemFilter> filter_;  // null: none
  std::vector<std::string> reads_;
  PlanCounts counts_;
  std::vector<std::unique_ptr<Caller>> callers_;  // by thread
  std::string ttl_attribute_;
};

}  // namespace

Plan plan(Client& client, const Migration& migration, const PlanOptions& options) {
  migrate::check_request(migration, migrate::Direction::up, options.run);
  return Planner(client, migration, options).execute();
}

}  // namespace drift
