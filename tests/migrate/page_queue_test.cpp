// What the queue deals to whom, and in which order it hands finished pages on.
#include "migrate/page_queue.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace drift::migrate {
namespace {

class PageQueueTest : public ::testing::Test {
 protected:
  // A page of so many items of a segment; its name is its LastEvaluatedKey.
  std::shared_ptr<PageWork> page(std::uint32_t segment, const std::string& name, std::size_t items) {
    std::string body = R"({"Items":[)";
    for (std::size_t i = 0; i < items; ++i) body += (i > 0 ? "," : "") + std::string(R"({"id":{"N":"1"}})");
    auto work = std::make_shared<PageWork>(value::Page::parse(body + "]}", key_),
                                           journal::PageRecord{.segment = segment, .last_key = name, .items = items});
    queue_.push(work);
    return work;
  }

  // Does all items of the page that the worker gets; its name.
  std::string work(std::size_t worker = 0) {
    const auto current = queue_.current(worker);
    if (!current) return "none";
    current->next = current->groups.size();
    finish(*current);
    return current->record.last_key;
  }
  void finish(PageWork& work) {
    work.next = work.groups.size();
    work.unfinished = 0;
    queue_.complete(work);
  }

  const std::shared_ptr<const KeySchema> key_ =
      std::make_shared<KeySchema>(KeySchema{{.name = "id", .type = Type::number}});
  std::vector<std::string> handed_on_;
  PageQueue queue_{[this](PageWork& work) { handed_on_.push_back(work.record.last_key); }};
};

using Names = std::vector<std::string>;

TEST_F(PageQueueTest, DealsPagesInTheOrderInWhichTheyCame) {
  queue_.set_workers(1);
  page(1, "b1", 2);
  page(0, "a1", 1);
  page(1, "b2", 1);
  EXPECT_EQ(work(), "b1");
  EXPECT_EQ(work(), "a1");
  EXPECT_EQ(work(), "b2");
  queue_.close();
  EXPECT_EQ(work(), "none");
  EXPECT_EQ(handed_on_, (Names{"b1", "a1", "b2"}));
}

TEST_F(PageQueueTest, HandsThePagesOfASegmentOnInItsOrderAndLetsNoOtherWait) {
  const auto a1 = page(0, "a1", 3);
  const auto a2 = page(0, "a2", 3);
  const auto b1 = page(1, "b1", 3);
  page(0, "a3", 0);
  page(1, "b2", 0);
  finish(*a2);
  EXPECT_EQ(handed_on_, Names{});
  finish(*b1);
  EXPECT_EQ(handed_on_, (Names{"b1", "b2"}));
  finish(*a1);
  EXPECT_EQ(handed_on_, (Names{"b1", "b2", "a1", "a2", "a3"}));
}

TEST_F(PageQueueTest, HandsAnEmptyPageOnAtOnce) {
  page(4, "first", 0);
  page(4, "second", 0);
  EXPECT_EQ(handed_on_, (Names{"first", "second"}));
}

TEST_F(PageQueueTest, DealsNothingBeyondTheNumberOfWorkers) {
  page(0, "a", 1);
  auto second = std::async(std::launch::async, [this] { return queue_.current(1) ? "dealt" : "none"; });
  EXPECT_FALSE(queue_.admits(0));
  queue_.set_workers(1);
  EXPECT_TRUE(queue_.admits(0));
  EXPECT_FALSE(queue_.admits(1));
  queue_.close();
  EXPECT_EQ(work(0), "a");
  EXPECT_EQ(work(0), "none");
  EXPECT_STREQ(second.get(), "none") << "the first did all";
}

TEST_F(PageQueueTest, WakesAWorkerThatIsAdmittedLater) {
  page(0, "a", 1);
  auto third = std::async(std::launch::async, [this] { return queue_.current(2) ? "dealt" : "none"; });
  queue_.set_workers(2);
  queue_.set_workers(0);
  queue_.set_workers(3);
  EXPECT_STREQ(third.get(), "dealt");
}

TEST_F(PageQueueTest, SaysWhenMoreWorkersAreWantedAndWhenAllIsDealt) {
  auto wanted = std::async(std::launch::async, [this] { return queue_.wants_more_than(2); });
  queue_.set_workers(2);
  queue_.set_workers(3);
  EXPECT_TRUE(wanted.get());
  auto over = std::async(std::launch::async, [this] { return queue_.wants_more_than(3); });
  page(0, "a", 1);
  queue_.close();
  EXPECT_EQ(work(), "a");
  EXPECT_EQ(work(), "none");
  EXPECT_FALSE(over.get());
}

TEST_F(PageQueueTest, EndsForAllWhenItIsAbandonedEvenWhilePaused) {
  const auto a = page(0, "a", 1);
  auto first = std::async(std::launch::async, [this] { return queue_.current(0) == nullptr; });
  auto starter = std::async(std::launch::async, [this] { return !queue_.wants_more_than(0); });
  queue_.abandon();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(starter.get());
  finish(*a);
  EXPECT_EQ(handed_on_, Names{}) << "what is unfinished is not handed on";
}

TEST_F(PageQueueTest, MayBeAbandonedByTheOneThatAPageIsHandedTo) {
  std::size_t handed_on = 0;
  PageQueue queue([&](PageWork&) {
    ++handed_on;
    queue.abandon();
  });
  for (int i = 0; i < 2; ++i) {
    auto empty = std::make_shared<PageWork>(value::Page::parse(R"({"Items":[]})", key_), journal::PageRecord{});
    queue.push(std::move(empty));
  }
  EXPECT_EQ(handed_on, 1U);
}

TEST_F(PageQueueTest, HandsOnOnePageAtATimeFromManyThreads) {
  constexpr std::size_t threads = 8;
  constexpr std::uint32_t segments = 5;
  constexpr int pages = 400;
  std::atomic<int> inside = 0;
  std::vector<std::vector<int>> orders(segments);
  PageQueue queue([&](PageWork& work) {
    EXPECT_EQ(++inside, 1);
    orders[work.record.segment].push_back(std::stoi(work.record.last_key));
    --inside;
  });
  queue.set_workers(threads);
  {
    std::vector<std::jthread> workers;
    for (std::size_t worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&queue, worker] {
        while (const auto page = queue.current(worker)) {
          if (page->next.fetch_add(1) >= page->groups.size()) continue;
          if (page->unfinished.fetch_sub(1) == 1) queue.complete(*page);
        }
      });
    }
    for (int i = 0; i < pages; ++i) {
      const std::string body = i % 7 == 0 ? R"({"Items":[]})" : R"({"Items":[{"id":{"N":"1"}},{"id":{"N":"2"}}]})";
      queue.push(std::make_shared<PageWork>(
          value::Page::parse(body, key_),
          journal::PageRecord{.segment = static_cast<std::uint32_t>(i) % segments, .last_key = std::to_string(i)}));
    }
    queue.close();
  }
  for (const auto& order : orders) {
    EXPECT_EQ(order.size(), std::size_t{pages} / segments);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }
}

// A page may be dealt out while a worker is on its way to it: then there may be none.
TEST_F(PageQueueTest, DealsNothingFromWhereThereIsNothingWhileWorkersRaceForTheLastItem) {
  constexpr std::size_t threads = 8;
  constexpr int pages = 100'000;
  std::atomic<int> dealt = 0;
  int handed_on = 0;
  PageQueue queue([&](PageWork&) { ++handed_on; });
  queue.set_workers(threads);
  {
    std::vector<std::jthread> workers;
    for (std::size_t worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&, worker] {
        while (const auto page = queue.current(worker)) {
          while (true) {
            const std::size_t index = page->next.fetch_add(1);
            if (index >= page->groups.size()) break;
            ++dealt;
            if (page->unfinished.fetch_sub(1) == 1) queue.complete(*page);
          }
        }
      });
    }
    const std::string body = R"({"Items":[{"id":{"N":"1"}},{"id":{"N":"2"}},{"id":{"N":"3"}},{"id":{"N":"4"}}]})";
    for (int i = 0; i < pages; ++i) {
      queue.push(std::make_shared<PageWork>(value::Page::parse(body, key_), journal::PageRecord{.last_key = "k"}));
    }
    queue.close();
  }
  EXPECT_EQ(dealt, 4 * pages);
  EXPECT_EQ(handed_on, pages);
}

}  // namespace
}  // namespace drift::migrate
