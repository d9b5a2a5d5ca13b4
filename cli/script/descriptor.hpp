// Descriptor: a file descriptor that closes itself, and pipes of them. For one thread at a time.
#pragma once

#include <unistd.h>

#include <utility>

namespace drift::script {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return number_; }  // -1: none
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  void close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

// What is read from, and what is written to: both above the three that a program has from the start, which may be
// closed in this process. Throws ChildFailure.
std::pair<Descriptor, Descriptor> make_pipe();

}  // namespace drift::script
