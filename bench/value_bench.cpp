// What the hot paths of src/value cost: splitting a scan page, finding attributes, numbers, JSON in and out. One
// thread; the page is 1 MB of items of about 400 bytes, as a scan answers it.
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"
#include "value/page.hpp"

#include <drift/item.hpp>
#include <drift/json.hpp>

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

namespace {

using namespace drift;

std::shared_ptr<const KeySchema> key_schema() {
  return std::make_shared<const KeySchema>(KeySchema{{.name = "id", .type = Type::string}});
}

Attributes make_item(int number) {
  return {{"id", "customer-" + std::to_string(1'000'000 + number)},
          {"email", "someone." + std::to_string(number) + "@example.com"},
          {"name", "Zoë \"Z\" O'Neill"},
          {"created_at", 1'700'000'000 + number},
          {"balance", Number::parse("12345.67")},
          {"active", true},
          {"tags", Value::string_set({"new", "paying", "eu"})},
          {"address", Attributes{{"street", "1 Long Street"}, {"city", "Springfield"}, {"zip", "12345"}}},
          {"history", List{1, 2, "three"}},
          {"digest", Value::binary({1, 2, 3, 4, 5, 6, 7, 8})}};
}

std::string make_page() {
  std::string items;
  int count = 0;
  while (items.size() < (std::size_t{1} << 20U)) {
    if (count != 0) items += ',';
    items += to_json(make_item(count++));
  }
  return R"({"ConsumedCapacity":{"CapacityUnits":128.5,"TableName":"T"},"Count":)" + std::to_string(count) +
         ",\"Items\":[" + items + R"(],"LastEvaluatedKey":{"id":{"S":"x"}},"ScannedCount":)" + std::to_string(count) +
         "}";
}

void split_page(benchmark::State& state) {
  const std::string body = make_page();
  const auto key = key_schema();
  for (auto _ : state) {
    state.PauseTiming();
    std::string copy = body;
    state.ResumeTiming();
    benchmark::DoNotOptimize(value::Page::parse(std::move(copy), key));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(split_page)->Unit(benchmark::kMillisecond);

// A view of each item of a page, and nothing else.
void view_item(benchmark::State& state) {
  const auto page = value::Page::parse(make_page(), key_schema());
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(page->item(at++ % page->size()));
}
BENCHMARK(view_item);

// Where the attributes of an item of 400 bytes are.
void index_item(benchmark::State& state) {
  const auto page = value::Page::parse(make_page(), key_schema());
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(value::JsonObject::parse(page->item_json(at++ % page->size())));
  state.counters["item_bytes"] = static_cast<double>(page->item_json(0).size());
}
BENCHMARK(index_item);

// What a typical callback costs: the view, its index, two attributes and the key.
void look_at_item(benchmark::State& state) {
  const auto page = value::Page::parse(make_page(), key_schema());
  std::size_t at = 0;
  for (auto _ : state) {
    const Item item = page->item(at++ % page->size());
    benchmark::DoNotOptimize(item["email"]);
    benchmark::DoNotOptimize(item["balance"]);
    benchmark::DoNotOptimize(value::ItemAccess::key_json(item));
  }
}
BENCHMARK(look_at_item);

void item_to_attributes(benchmark::State& state) {
  const std::string json = to_json(make_item(1));
  for (auto _ : state) benchmark::DoNotOptimize(attributes_from_json(json));
}
BENCHMARK(item_to_attributes);

void item_size_bytes(benchmark::State& state) {
  const auto page = value::Page::parse(make_page(), key_schema());
  const Item item = page->item(0);
  for (auto _ : state) benchmark::DoNotOptimize(item.size_bytes());
}
BENCHMARK(item_size_bytes);

void attributes_to_json(benchmark::State& state) {
  const Attributes attributes = make_item(1);
  for (auto _ : state) benchmark::DoNotOptimize(to_json(attributes));
}
BENCHMARK(attributes_to_json);

void parse_number(benchmark::State& state, const char* text) {
  for (auto _ : state) benchmark::DoNotOptimize(Number::parse(text));
}
BENCHMARK_CAPTURE(parse_number, one, "1");
BENCHMARK_CAPTURE(parse_number, money, "12345.67");
BENCHMARK_CAPTURE(parse_number, longest, "1234567890123456789012345678901234567.8");

void number_text(benchmark::State& state, const char* text) {
  const Number number = Number::parse(text);
  std::string out;
  for (auto _ : state) {
    out.clear();
    number.append_text(out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK_CAPTURE(number_text, money, "12345.67");
BENCHMARK_CAPTURE(number_text, longest, "1234567890123456789012345678901234567.8");

void add_numbers(benchmark::State& state) {
  Number sum;
  const Number step = Number::parse("0.01");
  for (auto _ : state) benchmark::DoNotOptimize(sum += step);
}
BENCHMARK(add_numbers);

}  // namespace
