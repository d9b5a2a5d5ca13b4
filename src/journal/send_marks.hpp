// SendMarks: up to which place each earlier opening of the journal may have sent actions. An action that was certainly
// not executed when one opening ended ("failed", or "queued") may have been sent by a later one that crashed: so one
// number is not enough, and what an outcome says is true until a later opening's mark has passed it. Only marks that
// are higher than all later ones are kept, mostly one. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift::journal {

class SendMarks {
 public:
  // `generation` is not below any that was added before.
  void add(std::uint64_t generation, std::uint64_t mark);
  // The highest mark of the generations behind this one: what may have been sent since.
  [[nodiscard]] std::uint64_t since(std::uint64_t generation) const noexcept;

  // "2:640,3:128"
  [[nodiscard]] std::string text() const;
  static SendMarks of(std::string_view text);

 private:
  struct Mark {
    std::uint64_t generation = 0;
    std::uint64_t place = 0;
  };
  std::vector<Mark> marks_;  // generations rise, places fall
};

}  // namespace drift::journal
