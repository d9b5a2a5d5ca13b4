// Scanner: reads one segment of a table with consistent reads, page after page, ahead of the callbacks until
// `read_ahead_bytes_max` of pages wait. It runs on the loop; the public methods may be called from any thread.
#pragma once

#include "client/core.hpp"
#include "migrate/page_queue.hpp"

#include <drift/table.hpp>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace drift::migrate {

struct ScanTarget {
  std::string table = {};
  std::shared_ptr<const KeySchema> key = {};
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
};

class Scanner : public std::enable_shared_from_this<Scanner> {
 public:
  static constexpr std::size_t read_ahead_bytes_max = std::size_t{4} << 20U;
  // A page ends at 1 MB or at its Limit, whichever comes first. The Limit is twice the items of the page before, within
  // these bounds: so tiny items do not make pages whose actions fill the memory, and a local server that reads as many
  // rows as the Limit allows does not read the rest of the table for each page.
  static constexpr std::size_t page_items_min = 64;
  static constexpr std::size_t page_items_first = 1'024;
  static constexpr std::size_t page_items_max = 4'096;

  struct Sink {
    std::function<void(std::shared_ptr<PageWork>)> page;
    std::function<void()> end;
    std::function<void(const Error&)> failure;
  };

  Scanner(client::ClientCore& core, ScanTarget target, std::string start_key, std::stop_token stop, Sink sink);

  void start();
  // `bytes` of pages have left: there is room to read on.
  void release(std::size_t bytes);
  // Waits until no request is under way; with a stop requested none will follow.
  void wait_until_idle();

 private:
  void read_on();
  void receive(client::CallResult result);
  void deliver(client::CallResult result);

  client::ClientCore& core_;
  const ScanTarget target_;
  const std::stop_token stop_;
  const Sink sink_;

  // Only the loop touches these.
  ScanOptions options_;
  std::string last_key_;
  std::size_t waiting_bytes_ = 0;
  bool finished_ = false;

  std::mutex mutex_;
  std::condition_variable idle_changed_;
  bool idle_ = true;
};

}  // namespace drift::migrate
