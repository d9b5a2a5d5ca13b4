// What the scanner asks for, and when, of a table in memory whose segments and items' sizes a test makes.
#include "migrate/scanner.hpp"

#include "client/core.hpp"
#include "support/fault_transport.hpp"
#include "support/manual_loop.hpp"
#include "support/memory_transport.hpp"
#include "value/json_object.hpp"

#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace drift::migrate {
namespace {

using testing::FaultTransport;
using testing::ManualLoop;
using testing::MemoryTransport;

// The sizes of a segment's items. In the place of an item of size 0 an empty page comes that is not the last.
using Part = std::vector<std::size_t>;

constexpr std::size_t mb = std::size_t{1} << 20U;
constexpr std::size_t as_many_as_wanted = std::numeric_limits<std::size_t>::max();

// Lets as many pages through as `allowed` says.
class CountingGate final : public PageGate {
 public:
  explicit CountingGate(std::size_t& allowed) : allowed_(allowed) {}
  bool may_read(std::uint32_t, double) override { return allowed_ > 0; }
  [[nodiscard]] std::optional<double> units_max() const override { return std::nullopt; }
  double asked(std::uint32_t, double units) override {
    --allowed_;
    return units;
  }
  void came(std::uint32_t, double, double) override {}
  void refused(std::uint32_t, double, const client::CallResult&) override {}
  void ended(std::uint32_t, double) override {}

 private:
  std::size_t& allowed_;
};

class ScannerTest : public ::testing::Test {
 protected:
  struct Asked {
    std::size_t segment;
    std::size_t limit;
  };

  // Answers a Scan as DynamoDB does: a page ends at its Limit or at 1 MB. An item's id is its place in its segment.
  wire::Answer answer(const wire::Request& request) {
    const auto json = value::JsonObject::parse(request.body);
    const std::size_t segment = json.integer("Segment").value_or(0);
    const std::size_t limit = json.integer("Limit").value_or(0);
    EXPECT_EQ(json.integer("TotalSegments").value_or(1), parts_.size());
    const Part& part = parts_.at(segment);
    std::size_t at = 0;
    if (const auto start = json.raw("ExclusiveStartKey")) {
      at = static_cast<std::size_t>(attributes_from_json(*start).at("id").as_int64()) + 1;
    }
    std::string body = R"({"Items":[)";
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (; at < part.size() && count < limit && (bytes += part[at]) <= mb && part[at] > 0; ++at, ++count) {
      body.append(count > 0 ? "," : "").append(R"({"id":{"N":")").append(std::to_string(at));
      body.append(R"("},"s":{"S":")").append(part[at], 'x').append("\"}}");
    }
    if (at < part.size() && part[at] == 0 && count == 0) ++at;
    body += "]";
    if (at < part.size()) body += R"(,"LastEvaluatedKey":{"id":{"N":")" + std::to_string(at - 1) + "\"}}";
    body += "}";
    asked_.push_back({.segment = segment, .limit = limit});
    outstanding_ += body.size();
    outstanding_max_ = std::max(outstanding_max_, outstanding_);
    return testing::ok(std::move(body));
  }

  void start(std::vector<journal::Cursor> cursors = {}) {
    if (cursors.empty()) {
      cursors.resize(parts_.size());
      for (std::uint32_t i = 0; i < cursors.size(); ++i) cursors[i].segment = i;
    }
    const Scanner::Hooks hooks{.page = [this](const auto& work) { receive(work); },
                               .end = [this] { ++ends_; },
                               .failure = [this](const Error& error) { failures_.push_back(error.code()); },
                               .gate = std::make_shared<CountingGate>(allowed_)};
    scanner_ = std::make_shared<Scanner>(core_, ScanTarget{.table = "T", .key = key_, .cursors = std::move(cursors)},
                                         stop_.get_token(), hooks);
    scanner_->read_on();
    loop_.run_all();
  }

  void receive(const std::shared_ptr<PageWork>& work) {
    for (std::size_t i = 0; i < work->page->size(); ++i) {
      seen_.emplace_back(work->record.segment, work->page->item(i)["id"].as_int64());
    }
    waiting_.push_back(work->bytes);
    if (releases_at_once_) release();
  }

  // The oldest page has left.
  void release() {
    scanner_->release(waiting_.front());
    outstanding_ -= waiting_.front();
    waiting_.erase(waiting_.begin());
  }

  // Reads to the end, and lets a page leave only when without that nothing happens any more.
  void start_and_release_late() {
    releases_at_once_ = false;
    start();
    while (!waiting_.empty()) {
      release();
      loop_.run_all();
    }
  }

  [[nodiscard]] std::size_t items() const {
    return std::accumulate(parts_.begin(), parts_.end(), std::size_t{0}, [](std::size_t sum, const Part& part) {
      return sum + part.size() - static_cast<std::size_t>(std::count(part.begin(), part.end(), 0));
    });
  }

  // Every item was seen once, those of a segment in their order, and the end after the last.
  void expect_whole() {
    EXPECT_EQ(ends_, 1);
    EXPECT_EQ(seen_.size(), items());
    EXPECT_EQ(std::set(seen_.begin(), seen_.end()).size(), items());
    auto in_order = seen_;
    std::stable_sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
    scanner_->wait_until_idle();
  }

  ManualLoop loop_;
  std::shared_ptr<MemoryTransport> memory_ =
      std::make_shared<MemoryTransport>(loop_, [this](const wire::Request& request) { return answer(request); });
  std::shared_ptr<FaultTransport> network_ = std::make_shared<FaultTransport>(memory_);
  client::ClientCore core_{client::ClientCore::Settings{.region = "us-east-1",
                                                        .endpoint = {.host = "dynamodb.us-east-1.amazonaws.com"},
                                                        .credentials = static_credentials("AKID", "secret"),
                                                        .random_seed = 1},
                           network_};
  const std::shared_ptr<const KeySchema> key_ =
      std::make_shared<KeySchema>(KeySchema{{.name = "id", .type = Type::number}});
  std::stop_source stop_;
  std::shared_ptr<Scanner> scanner_;

  std::vector<Part> parts_;
  std::size_t allowed_ = as_many_as_wanted;  // pages that may be asked for
  bool releases_at_once_ = true;

  std::vector<Asked> asked_;
  std::size_t outstanding_ = 0;  // bytes that were answered and not released
  std::size_t outstanding_max_ = 0;
  std::vector<std::size_t> waiting_;  // the bytes of pages
  std::vector<std::pair<std::uint32_t, std::int64_t>> seen_;
  std::vector<std::string> failures_;
  int ends_ = 0;
};

TEST_F(ScannerTest, ReadsEverySegmentToItsEnd) {
  for (const std::size_t segments : {1U, 2U, 3U, 7U, 64U, 300U}) {
    parts_.assign(segments, {});
    for (std::size_t i = 0; i < 200; ++i) parts_[i * i % segments].push_back(100 + i);
    for (std::size_t i = 0; i < 5'000; ++i) parts_[segments / 2].push_back(50);
    seen_.clear();
    ends_ = 0;
    start();
    expect_whole();
  }
}

TEST_F(ScannerTest, GoesOnBehindEmptyPages) {
  parts_ = {{0, 0, 10, 10, 0, 0}, {}, {0}};
  start();
  expect_whole();
  EXPECT_GT(asked_.size(), 6U);
}

TEST_F(ScannerTest, GoesOnFromItsCursors) {
  parts_ = {Part(100, 10), Part(100, 10), Part(100, 10)};
  start({{.segment = 0, .last_key = R"({"id":{"N":"89"}})"}, {.segment = 1, .finished = true}, {.segment = 2}});
  EXPECT_EQ(ends_, 1);
  EXPECT_EQ(seen_.size(), 110U);
  EXPECT_EQ(std::count(seen_.begin(), seen_.end(), std::pair(std::uint32_t{0}, std::int64_t{90})), 1);
  EXPECT_EQ(std::count_if(asked_.begin(), asked_.end(), [](const Asked& asked) { return asked.segment == 1; }), 0);
}

TEST_F(ScannerTest, DoublesTheLimitUpToTheSegmentsShareOfTheWindow) {
  const std::vector<std::pair<std::size_t, std::size_t>> largest = {
      {1, 4'096}, {2, 2'048}, {8, 512}, {64, 64}, {200, 64}};
  for (const auto& [segments, limit_max] : largest) {
    parts_.assign(segments, Part(5'000, 10));
    asked_.clear();
    start();
    const std::size_t first = std::min<std::size_t>(1'024, limit_max);
    const auto limit_of = [](const Asked& a, const Asked& b) { return a.limit < b.limit; };
    EXPECT_EQ(std::max_element(asked_.begin(), asked_.end(), limit_of)->limit, limit_max) << segments;
    for (std::size_t i = 0; i < segments; ++i) EXPECT_EQ(asked_[i].limit, first);
  }
}

TEST_F(ScannerTest, TakesTheLimitFromTheItemsOfThePageBefore) {
  parts_ = {Part(8, 300'000)};
  parts_[0].resize(2'000, 10);
  start();
  std::vector<std::size_t> limits;
  for (const Asked& asked : asked_) limits.push_back(asked.limit);
  EXPECT_EQ(limits, (std::vector<std::size_t>{1'024, 64, 64, 128, 256, 512, 1'024, 2'048}));
}

TEST_F(ScannerTest, AsksForTheSegmentsInTurn) {
  parts_.assign(5, Part(1'000, 10'000));
  allowed_ = 0;
  start();
  EXPECT_TRUE(asked_.empty());
  for (std::size_t i = 0; i < 25; ++i) {
    allowed_ = 1;
    scanner_->read_on();
    loop_.run_all();
    ASSERT_EQ(asked_.size(), i + 1) << "one page was allowed";
    EXPECT_EQ(asked_[i].segment, i % 5);
  }
}

TEST_F(ScannerTest, HoldsNoMoreThanItsBytesOfLargeItems) {
  parts_.assign(64, Part(20, 400'000));
  memory_->set_latency(std::chrono::milliseconds(5));
  start_and_release_late();
  expect_whole();
  EXPECT_LE(outstanding_max_, Scanner::read_ahead_bytes_max);
  EXPECT_GE(outstanding_max_, Scanner::read_ahead_bytes_max / 2);
  EXPECT_EQ(memory_->in_flight_max(), 4U);
}

TEST_F(ScannerTest, HoldsAboutItsBytesOfLargeItemsAmongSmallOnes) {
  parts_.assign(64, {});
  for (std::size_t i = 0; i < std::size_t{64} * 500; ++i) parts_[i % 64].push_back(i * i % 97 == 3 ? 400'000 : 50);
  memory_->set_latency(std::chrono::milliseconds(5));
  start_and_release_late();
  expect_whole();
  EXPECT_LE(outstanding_max_, 2 * Scanner::read_ahead_bytes_max);
}

TEST_F(ScannerTest, HasAsManyRequestsOfSmallItemsUnderWayAsThereAreSegments) {
  parts_.assign(64, Part(2'000, 100));
  memory_->set_latency(std::chrono::milliseconds(5));
  start();
  expect_whole();
  EXPECT_EQ(memory_->in_flight_max(), 64U);
  EXPECT_LE(outstanding_max_, Scanner::read_ahead_bytes_max);
}

TEST_F(ScannerTest, HasABoundOfRequestsWhateverTheNumberOfSegments) {
  parts_.assign(1'000, Part(200, 10));
  memory_->set_latency(std::chrono::milliseconds(5));
  start();
  expect_whole();
  EXPECT_EQ(memory_->in_flight_max(), Scanner::read_ahead_bytes_max / Scanner::reserved_bytes_min);
}

TEST_F(ScannerTest, IsNotHeldUpByASegmentThatDoesNotAnswer) {
  parts_.assign(4, Part(3'000, 100));
  network_->hold = [](std::string_view, const wire::Request& request) {
    return request.body.find(R"("Segment":2,)") != std::string::npos;
  };
  start();
  EXPECT_EQ(seen_.size(), 9'000U);
  EXPECT_EQ(ends_, 0);
  stop_.request_stop();
  loop_.run_all();
  scanner_->wait_until_idle();
  EXPECT_EQ(ends_, 0);
  EXPECT_TRUE(failures_.empty()) << "a stop is no failure";
}

TEST_F(ScannerTest, EndsWithTheFirstFailure) {
  parts_.assign(3, Part(3'000, 100));
  network_->before = [](std::string_view, const wire::Request& request) -> std::optional<wire::Answer> {
    if (request.body.find("ExclusiveStartKey") == std::string::npos) return std::nullopt;
    return testing::refused("AccessDeniedException", "no");
  };
  start();
  scanner_->wait_until_idle();
  EXPECT_EQ(failures_, std::vector<std::string>{"AccessDeniedException"});
  EXPECT_EQ(ends_, 0);
  EXPECT_EQ(seen_.size(), 3'072U) << "the first page of each";
  scanner_->read_on();
  loop_.run_all();
  EXPECT_EQ(seen_.size(), 3'072U);
}

TEST_F(ScannerTest, AsksForNothingAfterAStop) {
  parts_.assign(3, Part(3'000, 100));
  allowed_ = 4;
  start();
  const std::size_t before = asked_.size();
  stop_.request_stop();
  allowed_ = as_many_as_wanted;
  scanner_->read_on();
  scanner_->release(0);
  loop_.run_all();
  EXPECT_EQ(asked_.size(), before);
  EXPECT_EQ(before, 4U);
  scanner_->wait_until_idle();
}

}  // namespace
}  // namespace drift::migrate
