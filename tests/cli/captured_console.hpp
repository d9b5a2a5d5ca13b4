// CapturedConsole: a Console whose two streams are kept, as of a terminal of so many columns or of none.
#pragma once

#include "cli/console.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace drift::cli {

class CapturedStream {
 public:
  CapturedStream() : file_(open_memstream(&text_, &size_)) {}
  ~CapturedStream() {
    std::fclose(file_);
    std::free(text_);
  }
  CapturedStream(const CapturedStream&) = delete;
  CapturedStream& operator=(const CapturedStream&) = delete;

  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string text() const {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

class CapturedConsole {
 public:
  // Without columns it is no terminal.
  explicit CapturedConsole(std::size_t columns = 0, bool color = false)
      : console_({.out = out_.file(),
                  .err = err_.file(),
                  .out_is_terminal = columns > 0,
                  .err_is_terminal = columns > 0,
                  .color = color,
                  .columns = columns}) {}

  Console& operator*() { return console_; }
  Console* operator->() { return &console_; }
  [[nodiscard]] std::string out() const { return out_.text(); }
  [[nodiscard]] std::string err() const { return err_.text(); }

 private:
  CapturedStream out_;
  CapturedStream err_;
  Console console_;
};

}  // namespace drift::cli
