// Whose turn it is, against a model that asks every other job: random jobs come and go, on few items and in few groups,
// so that they meet.
#include "migrate/item_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <random>
#include <set>

namespace drift::migrate {
namespace {

using Job = ItemOrder::Job;

class ItemOrderTest : public ::testing::Test {
 protected:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  // Anywhere in the order, as a group that was replaced is.
  Job random_job() {
    const auto job = std::make_shared<ApplyJob>();
    job->action.sequence = ++sequence_;
    job->action.place = below(50);
    job->action.table = "t";
    job->action.key = std::to_string(below(6));
    if (below(4) == 0) {
      job->action.table = "copies";
      job->action.guard = journal::GuardKind::scanned_check;
      job->action.scanned_key = std::to_string(below(6));
    }
    job->action.group = 1 + below(8);
    job->action.group_size = below(2) == 0 ? 1 : 2;
    return job;
  }

  static bool meet(const ApplyJob& a, const ApplyJob& b) {
    if (a.action.group_size > 1 && b.action.group_size > 1 && a.action.group == b.action.group) return true;
    const auto one = a.items("t");
    const auto other = b.items("t");
    return std::any_of(one.begin(), one.end(), [&](const std::string& item) {
      return std::find(other.begin(), other.end(), item) != other.end();
    });
  }

  // What the order must say: nothing that stands before it meets it.
  [[nodiscard]] bool is_its_turn(const Job& job) const {
    return std::none_of(present_.begin(), present_.end(), [&](const Job& other) {
      return other != job && place(other) < place(job) && meet(*other, *job);
    });
  }
  static std::pair<std::uint64_t, std::uint64_t> place(const Job& job) {
    return {job->action.place, job->action.sequence};
  }

  // The present jobs whose turn it is.
  [[nodiscard]] std::set<Job> turns() const {
    std::set<Job> found;
    std::copy_if(present_.begin(), present_.end(), std::inserter(found, found.end()),
                 [&](const Job& job) { return is_its_turn(job); });
    return found;
  }

  void add() {
    const Job job = random_job();
    present_.push_back(job);
    EXPECT_EQ(order_.add(job), is_its_turn(job));
  }

  void remove() {
    const auto leaving = present_.begin() + static_cast<std::ptrdiff_t>(below(present_.size()));
    const Job job = *leaving;
    const std::set<Job> before = turns();
    present_.erase(leaving);
    std::set<Job> come;
    const std::set<Job> after = turns();
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::inserter(come, come.end()));
    const std::vector<Job> said = order_.remove(*job);
    EXPECT_EQ(std::set<Job>(said.begin(), said.end()), come);
  }

  static std::uint64_t seed() {
    const char* given = std::getenv("DRIFT_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "DRIFT_SEED=" << seed << '\n';
    return seed;
  }

  std::mt19937_64 random_{seed()};
  ItemOrder order_{"t"};
  std::vector<Job> present_;
  std::uint64_t sequence_ = 0;
};

TEST_F(ItemOrderTest, SaysTheSameAsTheModelWhileJobsComeAndGo) {
  for (int step = 0; step < 4'000 && !HasFailure(); ++step) {
    const bool grows = present_.empty() || below(100) < (present_.size() < 30 ? 60U : 40U);
    if (grows) {
      add();
    } else {
      remove();
    }
  }
  while (!present_.empty() && !HasFailure()) remove();
}

TEST_F(ItemOrderTest, HoldsAnItemBack) {
  const Job first = random_job();
  const Job second = random_job();
  for (const Job& job : {first, second}) {
    job->action.table = "t";
    job->action.key = "1";
    job->action.guard = journal::GuardKind::none;
  }
  first->action.place = first->action.sequence = 1;
  second->action.place = second->action.sequence = 2;
  EXPECT_TRUE(order_.admits(*first));
  order_.add(first);
  order_.add(second);
  EXPECT_EQ(order_.hold_back(*second), std::vector<Job>{}) << "what is before it may be under way";
  EXPECT_EQ(order_.hold_back(*first), std::vector{second});
  EXPECT_EQ(order_.held_back(), 1U);
  EXPECT_FALSE(order_.admits(*second));
}

}  // namespace
}  // namespace drift::migrate
