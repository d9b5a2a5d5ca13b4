// Random migrations on a network where batches meet everything that they can meet, compared with what the same
// migration leaves without batches and without faults. Prints its seed.
#include "base/random.hpp"
#include "client/core.hpp"
#include "support/migrator_fixture.hpp"
#include "value/json_object.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace drift::testing {
namespace {

using value::JsonObject;

struct TableJson {
  std::string name = {};
  std::vector<std::string> parts = {};
};

TableJson table_of(const wire::Request& request) {
  TableJson table;
  const JsonObject body = JsonObject::parse(request.body);
  const auto tables = body.object("RequestItems");
  table.name = JsonObject::unescaped(tables->members().front());
  for (const std::string_view part : tables->array(table.name)) table.parts.emplace_back(part);
  return table;
}

std::string request_of(const TableJson& table) {
  std::string body = "{\"" + table.name + "\":[";
  for (const std::string& part : table.parts) body += (body.back() == '[' ? "" : ",") + part;
  return body + "]}";
}

// What an item's callback queues; the same for the same number.
void queue(std::uint64_t seed, const std::string& other, const Item& item, Actions& actions) {
  const std::int64_t id = item["id"].as_int64();
  std::mt19937_64 random(seed * 1'000'003 + static_cast<std::uint64_t>(id));
  bool scanned_is_there = true;
  for (std::uint64_t count = random() % 4; count > 0; --count) {
    const Attributes key{{"id", random() % 40}};  // several callbacks write it
    switch (random() % 7) {
      case 0:
        actions.remove(key, other);
        break;
      case 1:
        actions.update({.key = key, .expression = "SET u = :id", .values = {{":id", id}}, .table = other});
        break;
      case 2:
        actions.insert({{"id", 1'000 + id * 10 + static_cast<std::int64_t>(count)}, {"of", id}}, other);
        break;
      case 3:
        if (scanned_is_there) actions.put({{"id", id}, {"n", random() % 100}}, {}, {.guard = Guard::none});
        break;
      case 4:
        if (scanned_is_there && random() % 3 == 0) {
          actions.remove({{"id", id}}, {}, {.guard = Guard::none});
          scanned_is_there = false;
        }
        break;
      default:
        actions.put({{"id", key.at("id")}, {"by", id}, {"text", std::string(random() % 3'000, 'x')}}, other);
    }
  }
}

class RandomBatchesTest : public MigratorFixture {
 protected:
  static std::uint64_t seed() {
    const char* given = std::getenv("DRIFT_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : base::random_seed();
    std::cout << "DRIFT_SEED=" << seed << std::endl;
    return seed;
  }

  // What becomes of a batch: everything that the server or the network may do with one.
  std::optional<wire::Answer> fate_of(const wire::Request& request) {
    const std::scoped_lock lock(mutex_);
    ++batches_;
    TableJson table = table_of(request);
    TableJson rest{.name = table.name};
    const std::uint64_t fate = random_() % 12;
    if (fate == 0) return refusal(400, "ValidationException");
    if (fate == 1) return refusal(400, "ProvisionedThroughputExceededException");
    if (fate == 5 && random_() % 4 == 0) return refusal(400, "AccessDeniedException");
    if (fate > 7) return {};
    // Executed in part.
    for (std::size_t left = random_() % (table.parts.size() + 1); left > 0; --left) {
      const std::size_t at = random_() % table.parts.size();
      rest.parts.push_back(std::move(table.parts[at]));
      table.parts.erase(table.parts.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (!table.parts.empty()) post(endpoint(), "BatchWriteItem", "{\"RequestItems\":" + request_of(table) + "}");
    if (fate == 2) return lost_answer();
    if (fate == 3) return refusal(500, "InternalServerError");
    if (fate == 4) return refusal(400, "ItemCollectionSizeLimitExceededException");
    return wire::Response{.status = 200,
                          .headers = {},
                          .body = "{\"UnprocessedItems\":" + (rest.parts.empty() ? "{}" : request_of(rest)) + "}"};
  }

  void make_tables(const std::string& scanned) {
    make_table(scanned);
    make_table(scanned + "-other");
    std::vector<Attributes> puts;
    for (std::size_t id = 0; id < items_count; ++id) puts.push_back({{"id", id}, {"n", 0}});
    plain().batch_write(scanned, puts);
  }
  static Migration migration_of(const std::string& scanned, std::uint64_t number, std::uint64_t seed) {
    return {.number = number,
            .table = scanned,
            .description = "random",
            .up = [seed, other = scanned + "-other"](const Item& item, Actions& actions) {
              queue(seed, other, item, actions);
            }};
  }

  static constexpr std::size_t items_count = 120;
  std::mt19937_64 random_;
  std::size_t batches_ = 0;

 private:
  std::mutex mutex_;
};

TEST_F(RandomBatchesTest, LeaveTheTablesAsSingleRequestsDo) {
  const std::uint64_t first = seed();
  network().before = [this](std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    return operation == "BatchWriteItem" ? fate_of(request) : std::nullopt;
  };
  for (std::uint64_t round = 0; round < 8 && !HasFailure(); ++round) {
    SCOPED_TRACE("DRIFT_SEED=" + std::to_string(first + round));
    random_.seed(first + round);
    const std::string name = table() + std::to_string(round);
    RunOptions options{.concurrency = 3, .before_images = false, .segments = 1};
    make_tables(name);
    make_tables(name + "-singly");
    const Report together = migrator().run(migration_of(name, round + 1, first + round), options);
    options.before_images = true;
    Migrator singly(plain(), {.meta_table = table_name("singly"), .state_dir = state_directory() / "singly"});
    singly.init();
    const Report alone = singly.run(migration_of(name + "-singly", round + 1, first + round), options);
    EXPECT_EQ(together.outcome, Outcome::applied) << errors_of(together);
    EXPECT_EQ(alone.outcome, Outcome::applied) << errors_of(alone);
    EXPECT_EQ(together.actions_done, alone.actions_done);
    EXPECT_EQ(together.quarantined + together.skipped + together.gone, 0U);
    EXPECT_EQ(items(name), items(name + "-singly"));
    EXPECT_EQ(items(name + "-other"), items(name + "-singly-other"));
  }
  EXPECT_GE(batches_, 40U);
}

}  // namespace
}  // namespace drift::testing
