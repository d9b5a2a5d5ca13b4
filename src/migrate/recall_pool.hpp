// RecallPool: threads that call callbacks again while actions are applied; callbacks may block, the loop must not. The
// threads are started when the first one is needed. All methods from any thread.
#pragma once

#include "journal/records.hpp"
#include "migrate/run_context.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace drift::migrate {

class RecallPool {
 public:
  // What the callback queued, or its error.
  using Result = std::variant<std::vector<journal::ActionRecord>, Error>;
  using Done = std::function<void(Result)>;  // on one of the threads

  // `run` outlives the pool.
  explicit RecallPool(RunContext& run) : run_(run) {}
  ~RecallPool() { end(); }
  RecallPool(const RecallPool&) = delete;
  RecallPool& operator=(const RecallPool&) = delete;

  // `item`: DynamoDB JSON.
  void call(std::string item, Done done);
  // Waits for the callbacks that run; the others are forgotten. Not on the loop.
  void end();

 private:
  struct Task {
    std::string item;
    Done done;
  };
  void work();

  RunContext& run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::size_t idle_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace drift::migrate
