// See terminal.hpp. The live line is overwritten with spaces: no escape sequence is needed for it, so NO_COLOR leaves
// none at all.
#include "demo/terminal.hpp"

#include <unistd.h>

#include <cstdlib>

namespace demo {

namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool is_dumb() {
  const char* kind = std::getenv("TERM");
  return kind == nullptr || std::string_view(kind) == "dumb";
}

}  // namespace

Terminal::Terminal(std::FILE* out)
    : out_(out), live_(isatty(fileno(out)) != 0 && !is_dumb()), colours_(live_ && !is_set("NO_COLOR")) {}

Terminal::~Terminal() { clear_live_line(); }

void Terminal::line(std::string_view text) {
  clear_live_line();
  write(text);
  write("\n");
  std::fflush(out_);
}

void Terminal::heading(std::string_view text) {
  line();
  line(strong(text));
}

void Terminal::rewrite(std::string_view text, std::size_t width) {
  write("\r");
  write(text);
  if (live_width_ > width) write(std::string(live_width_ - width, ' '));
  std::fflush(out_);
  live_width_ = width;
}

std::string Terminal::in(std::string_view colour, std::string_view text) const {
  if (!colours_ || text.empty()) return std::string(text);
  return std::string("\x1b[").append(colour).append("m").append(text).append("\x1b[0m");
}

void Terminal::write(std::string_view text) {
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), out_);
}

void Terminal::clear_live_line() {
  if (live_width_ == 0) return;
  write("\r" + std::string(live_width_, ' ') + "\r");
  live_width_ = 0;
}

}  // namespace demo
