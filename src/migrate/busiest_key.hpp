// BusiestKey: which key gets the most of a stream of writes, and at least how much of it, in bounded memory whatever
// the number of keys (frequent items: Misra and Gries, with weights). For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drift::migrate {

class BusiestKey {
 public:
  void add(std::string_view key, double units);

  struct Found {
    std::string key = {};
    double units = 0;          // at least; less than 1/100 of all are missing
    std::uint64_t writes = 0;  // of those that were counted
  };
  // Of what was added so far; of nothing, an empty key. Linear in the keys that are kept.
  [[nodiscard]] Found found() const;
  [[nodiscard]] double total() const noexcept { return total_; }

 private:
  struct Count {
    double units = 0;
    std::uint64_t writes = 0;
  };
  void forget_the_least();

  double total_ = 0;
  std::unordered_map<std::string, Count> counts_;
};

}  // namespace drift::migrate
