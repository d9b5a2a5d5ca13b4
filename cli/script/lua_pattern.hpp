// Lua's patterns ("%a+", "^(%d+)-") with a bound on their work: Lua's own matcher tries all ways to match without a
// word to anyone, which for some patterns takes years. This one means the same (Lua 5.4 Reference Manual, 6.4.1) and
// counts its steps.
#pragma once

#include "cli/script/lua_meter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drift::script {

class PatternMatch {
 public:
  // Of a pattern without its anchor ('^'). Both texts, and the meter, outlive it.
  PatternMatch(std::string_view subject, std::string_view pattern, LuaMeter& meter) noexcept
      : subject_(subject), pattern_(pattern), meter_(&meter) {}

  // Where the match that begins at `start` ends; an empty optional when there is none. Throws std::runtime_error for a
  // pattern that is none, and when the limit of instructions is exceeded.
  std::optional<std::size_t> at(std::size_t start);

  // Of the match that was found.
  struct Capture {
    std::string_view text = {};
    std::optional<std::size_t> position = {};  // of "()": counted from 1
  };
  [[nodiscard]] std::size_t captures() const noexcept { return level_; }
  // Throws std::runtime_error when there is no such capture, or it was not closed.
  [[nodiscard]] Capture capture(std::size_t index) const;

 private:
  static constexpr std::size_t none = std::size_t(-1);
  static constexpr std::size_t captures_max = 32;
  struct Span {
    enum class State : std::uint8_t { open, closed, position };
    std::size_t start = 0;
    std::size_t size = 0;
    State state = State::open;
  };

  // Each is given places in the subject and in the pattern, and returns where the match ends, or `none`.
  std::size_t match(std::size_t s, std::size_t p);
  std::size_t match_special(std::size_t s, std::size_t p, bool& is_special);
  std::size_t match_repeated(std::size_t s, std::size_t p, std::size_t class_end);
  std::size_t expand_most(std::size_t s, std::size_t p, std::size_t class_end);
  std::size_t expand_least(std::size_t s, std::size_t p, std::size_t class_end);
  std::size_t open_capture(std::size_t s, std::size_t p, Span::State state);
  std::size_t close_capture(std::size_t s, std::size_t p);
  std::size_t balance(std::size_t s, std::size_t p);
  std::size_t frontier(std::size_t s, std::size_t p);
  std::size_t back_reference(std::size_t s, std::size_t p);

  [[nodiscard]] std::size_t end_of_class(std::size_t p) const;
  [[nodiscard]] bool matches_one(std::size_t s, std::size_t p, std::size_t class_end) const;
  // `p` at the '[', `closing` at the ']'.
  [[nodiscard]] bool matches_set(unsigned char c, std::size_t p, std::size_t closing) const;
  [[nodiscard]] unsigned char pattern_at(std::size_t p) const noexcept;
  void step();

  std::string_view subject_;
  std::string_view pattern_;
  LuaMeter* meter_;
  std::array<Span, captures_max> spans_{};
  std::size_t level_ = 0;
  int depth_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace drift::script
