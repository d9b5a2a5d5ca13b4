// Descriptor: a file descriptor that is closed with its object. For one thread at a time.
#pragma once

#include <unistd.h>

#include <utility>

namespace drift::cli {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}  // -1: none
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

}  // namespace drift::cli
