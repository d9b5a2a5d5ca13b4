// SimulatedServer: see the header.
#include "bench/simulated_server.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

namespace drift::bench {
namespace {

// The id in {"id":{"N":"17"}}, as the benchmark's own actions name their item.
std::size_t id_in(std::string_view request) {
  constexpr std::string_view before = R"("Key":{"id":{"N":")";
  const std::size_t found = request.find(before);
  std::size_t id = 0;
  if (found == std::string_view::npos) return id;
  request.remove_prefix(found + before.size());
  std::from_chars(request.data(), request.data() + request.size(), id);
  return id;
}

std::string refusal_json(Refusal refusal) {
  const std::string reason = refusal == Refusal::key_range ? "TableWriteKeyRangeThroughputExceeded"
                                                           : "TableWriteProvisionedThroughputExceeded";
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",)"
         R"("message":"The level of configured provisioned throughput for the table was exceeded.",)"
         R"("ThrottlingReasons":[{"reason":")" +
         reason + R"(","resource":")" + SimulatedServer::table_arn + R"("}]})";
}

}  // namespace

// Sizes that follow one another in no order.
unsigned units_of(const ItemsPlan& items, std::size_t id) {
  return 1 + static_cast<unsigned>((id * 0x9e3779b97f4a7c15U >> 32U) % items.units_max);
}

std::size_t partition_of(const TablePlan& table, const ItemsPlan& items, std::size_t id) {
  return partition_at(table, static_cast<double>(id) / static_cast<double>(items.count));
}

SimulatedServer::SimulatedServer(VirtualLoop& loop, const TablePlan& plan, const ItemsPlan& items,
                                 SimulatedTable& table, const Way& way, std::uint64_t seed)
    : loop_(loop), plan_(plan), items_(items), table_(table), way_(way), random_(seed) {}

// Nothing sent later can arrive at the table before this moment, so what has arrived by the time of an answer is known,
// and may be served then.
void SimulatedServer::send(wire::Request request, Completion done) {
  if (request.headers.find("DynamoDB_20120810.DescribeTable") != std::string::npos) {
    return loop_.post([this, done = std::move(done)] { done(description()); });
  }
  const double there = (way_.there_ms + way_.there_varies_ms * random_.unit()) / 1000;
  double back = way_.back_ms + way_.back_varies_ms * random_.unit();
  if (random_.unit() < way_.slow_share) back += way_.slow_more_ms;
  const auto arrival = std::make_shared<Arrival>();
  arrival->id = id_in(request.body);
  arrival->time = loop_.clock().seconds() + there;
  arriving_.emplace(arrival->time, arrival);
  const std::chrono::duration<double> takes(there + back / 1000);
  loop_.after(std::chrono::ceil<std::chrono::nanoseconds>(takes), [this, arrival, done = std::move(done)] {
    serve();
    done(answer(*arrival));
  });
}

void SimulatedServer::serve() {
  const double now = loop_.clock().seconds();
  while (!arriving_.empty() && arriving_.begin()->first <= now) {
    serve(*arriving_.begin()->second);
    arriving_.erase(arriving_.begin());
  }
}

void SimulatedServer::serve(Arrival& arrival) {
  const unsigned units = units_of(items_, arrival.id);
  arrival.refusal = table_.write(partition_of(plan_, items_, arrival.id), units, arrival.time);
  served_.count(arrival.refusal);
  const auto number = static_cast<std::size_t>(arrival.time);
  if (seconds_.size() <= number) seconds_.resize(number + 1);
  Second& second = seconds_[number];
  switch (arrival.refusal) {
    case Refusal::none:
      second.units += units;
      last_write_ = arrival.time;
      return;
    case Refusal::key_range:
      ++second.refused_by_key_range;
      return;
    case Refusal::table:
      ++second.refused_by_table;
      return;
  }
}

wire::Response SimulatedServer::description() const {
  wire::Response response;
  response.status = 200;
  const std::string limit = std::to_string(std::llround(plan_.limit));
  response.body = R"({"Table":{"TableName":"Simulated","TableStatus":"ACTIVE","TableId":"simulated","TableArn":")" +
                  std::string(table_arn) +
                  R"(","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
                  R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
                  R"("ProvisionedThroughput":{"ReadCapacityUnits":)" +
                  limit + R"(,"WriteCapacityUnits":)" + limit + "}}}";
  return response;
}

wire::Response SimulatedServer::answer(const Arrival& arrival) const {
  wire::Response response;
  if (arrival.refusal == Refusal::none) {
    response.status = 200;
    response.body = R"({"ConsumedCapacity":{"TableName":"Simulated","CapacityUnits":)" +
                    std::to_string(units_of(items_, arrival.id)) + ".0}}";
  } else {
    response.status = 400;
    response.body = refusal_json(arrival.refusal);
  }
  return response;
}

}  // namespace drift::bench
