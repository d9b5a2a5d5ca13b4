// What a script costs over the same callback in C++: three attributes are looked at and one update is queued, on the
// items of a scan page, through the collector that a run has. One thread.
#include "cli/script/lua_script.hpp"
#include "client/core.hpp"
#include "migrate/action_collector.hpp"
#include "migrate/table_catalog.hpp"
#include "support/memory_transport.hpp"
#include "value/page.hpp"

#include <drift/json.hpp>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace {

using namespace drift;

constexpr const char* script = R"lua(
return {
  table = "Customers",
  up = function(item, actions)
    if item.active and item.plan == "paying" then
      actions:update("SET decade = :d", { d = item.year // 10 * 10 })
    end
  end,
}
)lua";

void cpp_callback(const Item& item, Actions& actions) {
  if (item["active"].as_bool() && item["plan"].as_string() == "paying") {
    actions.update({.expression = "SET decade = :d", .values = {{":d", item["year"].as_int64() / 10 * 10}}});
  }
}

Attributes make_item(int number) {
  return {{"id", number},
          {"email", "someone." + std::to_string(number) + "@example.com"},
          {"name", "Zoë O'Neill"},
          {"year", 1950 + number % 70},
          {"active", true},
          {"plan", "paying"},
          {"address", Attributes{{"street", "1 Long Street"}, {"city", "Springfield"}, {"zip", "12345"}}},
          {"history", List{1, 2, "three"}}};
}

std::shared_ptr<const value::Page> make_page(const KeySchema& key) {
  std::string items;
  constexpr int count = 2'000;
  for (int i = 0; i < count; ++i) items += (i == 0 ? "" : ",") + to_json(make_item(i));
  return value::Page::parse(R"({"Count":2000,"Items":[)" + items + R"(],"ScannedCount":2000})",
                            std::make_shared<const KeySchema>(key));
}

void call_back(benchmark::State& state, const Callback& callback) {
  const auto table = std::make_shared<const migrate::CatalogTable>(migrate::CatalogTable{
      .description = {.name = "Customers", .key = {{.name = "id", .type = Type::number}}}, .wire_name = "Customers"});
  Client client(std::make_unique<client::ClientCore>(
      client::ClientCore::Settings{
          .region = "us-east-1", .endpoint = {.host = "localhost"}, .credentials = static_credentials("id", "secret")},
      std::make_shared<testing::MemoryTransport>()));
  migrate::TableCatalog catalog(client);
  migrate::ActionCollector collector(client, catalog, table, {});
  const auto page = make_page(table->description.key);
  std::size_t at = 0;
  for (auto _ : state) {
    const Item item = page->item(at++ % page->size());
    collector.begin(item);
    Actions actions(collector);
    callback(item, actions);
    benchmark::DoNotOptimize(collector.take());
  }
}

void callback_cpp(benchmark::State& state) { call_back(state, cpp_callback); }
BENCHMARK(callback_cpp);

void callback_lua(benchmark::State& state) {
  const auto file = std::filesystem::temp_directory_path() / "drift_lua_bench.lua";
  std::ofstream(file) << script;
  call_back(state, script::load_lua(file, {}).up);
  std::filesystem::remove(file);
}
BENCHMARK(callback_lua);

}  // namespace
