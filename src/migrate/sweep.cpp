// sweep: see the header. A stamp is removed under the condition that it is there, so no deleted item comes back.
#include "migrate/sweep.hpp"

#include "migrate/resume.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

constexpr std::size_t threads = 16;

// Gives each item of the range to `work`, on several threads. Throws the first error.
void for_each_item(ItemRange range, const std::function<void(const Item&)>& work) {
  auto next = range.begin();
  std::mutex mutex;
  std::exception_ptr error;
  const auto take = [&]() -> std::optional<Item> {
    const std::scoped_lock lock(mutex);
    if (error || next == ItemRange::end()) return std::nullopt;
    Item item = *next;
    ++next;
    return item;
  };
  const auto run = [&] {
    try {
      while (const auto item = take()) work(*item);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!error) error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> all;
    all.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) all.emplace_back(run);
  }
  if (error) std::rethrow_exception(error);
}

void remove_stamps(Client& client, const std::string& table, const std::string& prefix) {
  for_each_item(client.scan(table), [&](const Item& item) {
    Expression update;
    const auto attributes = value::JsonObject::parse(value::ItemAccess::json(item));
    for (const auto& member : attributes.members()) {
      const std::string name = value::JsonObject::unescaped(member);
      if (!name.starts_with(prefix)) continue;
      const std::string placeholder = "#s" + std::to_string(update.names.size());
      update.text += (update.text.empty() ? "REMOVE " : ", ") + placeholder;
      update.names.emplace(placeholder, name);
    }
    if (update.names.empty()) return;
    const WriteOptions where_it_is{.condition = {.text = "attribute_exists(#s0)"}};
    try {
      client.update_item(table, item.key(), update, where_it_is);
    } catch (const Error& error) {
      if (error.code() != "ConditionalCheckFailedException") throw;
    }
  });
}

void remove_markers(Client& client, const std::string& run_table, const std::string& prefix) {
  ScanOptions markers;
  markers.filter = {.text = "begins_with(#p, :p) AND begins_with(#s, :s)",
                    .values = {{":p", "marker#"}, {":s", prefix}},
                    .names = {{"#p", "Part"}, {"#s", "Sort"}}};
  for_each_item(client.scan(run_table, markers), [&](const Item& item) { client.delete_item(run_table, item.key()); });
}

}  // namespace

void sweep(Client& client, RunTable& runs, std::uint64_t number) {
  runs.describe();
  std::set<std::pair<std::string, std::string>> stamped;  // tables, and the stamps on them
  const auto history = runs.history(number);
  for (const RunRecord& run : history) {
    // An older one was given up, or begun anew: only the newest can be gone on with.
    if (&run == &history.front() && run.is_unfinished()) {
      throw Error({.code = "Unfinished",
                   .message = "the run " + run.run_id + " of migration " + std::to_string(number) +
                              " is unfinished: its stamps and markers are what makes it safe to go on with",
                   .table = run.table,
                   .next_step = "Nothing was removed. Finish it, or give it up with Migrator::restart."});
    }
    if (!run.stamp.empty()) stamped.emplace(run.table, run.stamp);
  }
  for (const auto& [table, stamp] : stamped) {
    remove_stamps(client, table, stamp + '.' + std::to_string(number) + '.');
  }
  remove_markers(client, runs.name(), std::to_string(number) + '#');
}

}  // namespace drift::migrate
