// ErrorLog: the errors of a run: the first 1,000, and how many in all. For several threads at once.
#pragma once

#include <drift/error.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace drift::migrate {

class ErrorLog {
 public:
  static constexpr std::size_t kept_max = 1'000;

  void add(const Error& error) {
    const std::scoped_lock lock(mutex_);
    ++total_;
    if (errors_.size() < kept_max) errors_.push_back(error);
  }
  [[nodiscard]] std::uint64_t total() const {
    const std::scoped_lock lock(mutex_);
    return total_;
  }
  [[nodiscard]] std::vector<Error> errors() const {
    const std::scoped_lock lock(mutex_);
    return errors_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Error> errors_;
  std::uint64_t total_ = 0;
};

}  // namespace drift::migrate
