// Terminal: where the demo writes. On a terminal: colours, unless NO_COLOR is set, and one line that is written anew in
// place. Anywhere else (a file, a pipe, a CI log): plain lines. The live line may be written from another thread than
// the lines, not at the same time.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace demo {

class Terminal {
 public:
  static constexpr std::size_t columns = 100;  // nothing that is written is wider

  explicit Terminal(std::FILE* out);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  // True iff there is a live line.
  [[nodiscard]] bool live() const noexcept { return live_; }

  // The text in a colour, or as it is.
  [[nodiscard]] std::string strong(std::string_view text) const { return in("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return in("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return in("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return in("31", text); }
  [[nodiscard]] std::string accent(std::string_view text) const { return in("36", text); }

  // A line; the live line, if there is one, gives way to it.
  void line(std::string_view text = {});
  void heading(std::string_view text);
  // The live line; `width` is what it takes on the terminal, without its colours.
  void rewrite(std::string_view text, std::size_t width);

 private:
  [[nodiscard]] std::string in(std::string_view colour, std::string_view text) const;
  void write(std::string_view text);
  void clear_live_line();

  std::FILE* out_;
  bool live_ = false;
  bool colours_ = false;
  std::size_t live_width_ = 0;  // of the live line that stands there; 0: none
};

}  // namespace demo
