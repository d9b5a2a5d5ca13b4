// What the demo needs of the machine: a directory that is gone afterwards, Ctrl-C as a request to stop, and how much
// memory it has used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <thread>

namespace demo {

// A new, empty directory; removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// Turns the first SIGINT or SIGTERM into a request to stop, so that everything is ended and removed in order; a second
// one ends the process at once. To be made before any other thread, which inherits that it does not take these signals.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }
  [[nodiscard]] bool requested() const noexcept { return stop_.stop_requested(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

// The most memory that this process has had, in bytes.
std::uint64_t memory_peak();

}  // namespace demo
