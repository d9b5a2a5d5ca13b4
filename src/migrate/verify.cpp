// verify: see the header.
#include <drift/verify.hpp>

#include "client/core.hpp"
#include "migrate/callback_error.hpp"
#include "migrate/preflight.hpp"
#include "migrate/refuse.hpp"
#include "migrate/survey.hpp"
#include "value/item_access.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace drift {

namespace {

constexpr std::size_t listed_max = 100;  // keys, and errors

void check(const Migration& migration) {
  const std::string name = "migration " + std::to_string(migration.number);
  if (migration.table.empty()) migrate::refuse("ConfigError", name + " names no table", "", "Set Migration::table.");
  if (!migration.verify) {
    migrate::refuse("ConfigError", name + " does not say what must hold", migration.table,
                    "Nothing was done. Set Migration::verify.");
  }
}

// What is found, by several threads.
class Findings {
 public:
  Findings(const std::string& table, std::stop_token stop) : table_(table), stop_(std::move(stop)) {}

  void look(const Migration& migration, const Item& item) {
    try {
      if (!migration.verify(item)) add_key(item);
    } catch (...) {
      Error error = migrate::callback_error(std::current_exception(), table_, item,
                                            "Nothing was written. Mend verify and call it again.");
      if (!migrate::is_given_up(error, stop_)) add_error(std::move(error));
    }
  }
  // In the order of the keys, which threads do not have.
  [[nodiscard]] Verification take() {
    std::sort(found_.keys.begin(), found_.keys.end(),
              [](const Attributes& a, const Attributes& b) { return to_json(a) < to_json(b); });
    return std::move(found_);
  }

 private:
  void add_key(const Item& item) {
    const std::scoped_lock lock(mutex_);
    ++found_.differs;
    if (found_.keys.size() < listed_max) found_.keys.push_back(item.key());
  }
  void add_error(Error error) {
    const std::scoped_lock lock(mutex_);
    ++found_.errors_total;
    if (found_.errors.size() < listed_max) found_.errors.push_back(std::move(error));
  }

  const std::string& table_;
  const std::stop_token stop_;
  std::mutex mutex_;
  Verification found_;
};

// Those of the options' items that there are.
migrate::Survey look_at_keys(Client& reader, const migrate::CatalogTable& table, const VerifyOptions& options,
                             const std::function<void(const Item&)>& look) {
  const auto key = std::make_shared<const KeySchema>(table.description.key);
  migrate::Survey seen;
  for (const Attributes& wanted : options.keys) {
    seen.complete = !options.stop.stop_requested();
    if (!seen.complete) break;
    const auto item = reader.get_item(table.wire_name, wanted);
    if (!item) continue;
    ++seen.items;
    look(value::ItemAccess::own(to_json(*item), key));
  }
  return seen;
}

migrate::Survey look_at_table(Client& reader, const migrate::CatalogTable& table, const VerifyOptions& options,
                              const std::function<void(const Item&)>& look) {
  migrate::SurveyOptions survey{.source = migrate::table_source(table.description),
                                .threads = options.concurrency,
                                .segments = options.segments,
                                .read_rate = options.read_rate,
                                .stop = options.stop};
  if (options.on_page) {
    survey.on_page = [&](std::uint64_t items) { options.on_page(items, table.description.items_estimated); };
  }
  return migrate::survey(reader, table, survey, [&](const auto&, const Item& item) { look(item); });
}

}  // namespace

Verification verify(Client& client, const Migration& migration, const VerifyOptions& options) {
  check(migration);
  Client reader(client.core().reading_only(options.stop));
  migrate::TableCatalog catalog(reader);
  Findings findings(migration.table, options.stop);
  const auto look = [&](const Item& item) { findings.look(migration, item); };
  migrate::Survey seen{.complete = false};
  try {
    const auto table = migrate::find_table(reader, catalog, migration.table);
    seen = options.keys.empty() ? look_at_table(reader, *table, options, look)
                                : look_at_keys(reader, *table, options, look);
  } catch (const Error&) {
    if (!options.stop.stop_requested()) throw;  // else a request that was given up
  }
  Verification result = findings.take();
  result.items = seen.items;
  result.read_units = seen.read_units;
  result.complete = seen.complete;
  return result;
}

}  // namespace drift
