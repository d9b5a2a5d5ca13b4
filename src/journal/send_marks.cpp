#include "journal/send_marks.hpp"

#include <algorithm>
#include <charconv>

namespace drift::journal {

void SendMarks::add(std::uint64_t generation, std::uint64_t mark) {
  while (!marks_.empty() && marks_.back().place <= mark) {
    marks_.pop_back();
  }
  if (mark > 0) {
    marks_.push_back({.generation = generation, .place = mark});
  }
}

std::uint64_t SendMarks::since(std::uint64_t generation) const noexcept {
  for (const Mark& mark : marks_) {
    if (mark.generation > generation) {
      return mark.place;
    }
  }
  return 0;
}

std::string SendMarks::text() const {
  std::string result;
  for (const Mark& mark : marks_) {
    result += (result.empty() ? "" : ",") + std::to_string(mark.generation) + ":" + std::to_string(mark.place);
  }
  return result;
}

SendMarks SendMarks::of(std::string_view text) {
  SendMarks result;
  const char* next = text.data();
  const char* const end = next + text.size();
  while (next < end) {
    Mark mark;
    next = std::from_chars(next, end, mark.generation).ptr;
    next = std::from_chars(std::min(next + 1, end), end, mark.place).ptr;
    next = std::min(next + 1, end);
    result.marks_.push_back(mark);
  }
  return result;
}

}  // namespace drift::journal
