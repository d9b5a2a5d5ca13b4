// ProcessPool: the copies of one program, and the items that wait for them. As many copies run as the program says,
// else as there are processors. A copy is started when an item finds all others busy, and the items that wait when a
// copy is free go to it in one line: the thread of one of them asks for all, the others are given their results. So no
// thread is needed beside those that call. A program that fails again and again is given up: then nothing is started or
// asked any more. For several threads at once.
#pragma once

#include "cli/script/json_protocol.hpp"
#include "cli/script/process_copy.hpp"
#include "cli/script/process_script.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace drift::script {

class ProcessPool {
 public:
  // Starts one copy to ask what it is, and ends it. Throws Error (code "ScriptError").
  ProcessPool(const std::filesystem::path& file, ProcessOptions options);
  ProcessPool(const ProcessPool&) = delete;
  ProcessPool& operator=(const ProcessPool&) = delete;
  ~ProcessPool();

  [[nodiscard]] const ProcessFile& file() const noexcept { return file_; }
  [[nodiscard]] const ProgramTable& table() const noexcept { return table_; }

  // Asks for one item, in DynamoDB JSON. Throws Error (code "ScriptError", or "Cancelled" after a stop); at once when
  // the program was given up, the error with which it was.
  ProgramResult call(Call call, std::string_view item);

 private:
  // An item and the thread that waits for its result.
  struct Waiting {
    Call call = Call::up;
    std::string_view item = {};
    bool queued = true;
    bool alone = false;  // in a line of its own, because a line of several failed
    bool done = false;
    ProgramResult result = {};
    std::exception_ptr error = {};
    std::condition_variable changed = {};
  };
  using Line = std::vector<Waiting*>;

  // With the lock, but for the time of the asking.
  void lead(Waiting& own, std::unique_lock<std::mutex>& lock);
  Line take_line(Waiting& own);
  // What became of one line: counts how often the program itself was at fault, with no answer in between.
  void judge(const Line& line, const std::exception_ptr& error);
  void settle(const Line& line, std::vector<ProgramResult>& results, const std::exception_ptr& error);
  void wake_next();
  void wake_all();
  // Without the lock.
  std::vector<ProgramResult> ask(std::unique_ptr<ProcessCopy>& copy, const Line& line);
  std::unique_ptr<ProcessCopy> start();

  const ProcessOptions options_;
  const ProcessFile file_;
  ProgramTable table_;
  std::size_t copies_max_ = 1;

  std::mutex mutex_;
  std::deque<Waiting*> queue_;
  std::vector<std::unique_ptr<ProcessCopy>> idle_;
  std::size_t busy_ = 0;
  std::size_t failures_ = 0;            // in a row
  std::optional<Error> given_up_ = {};  // what is said in place of asking
  std::size_t line_items_max_;
  const std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace drift::script
