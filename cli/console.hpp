// Console: what is printed, and where: results to stdout, everything else to stderr. It alone knows whether there is a
// terminal, whether colours are wanted, and how an error is set. For several threads at once.
#pragma once

#include <drift/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::cli {

struct ConsoleOptions {
  std::string program = "drift";  // what texts of a command call it
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  std::FILE* in = stdin;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color = true;        // where there is a terminal
  std::size_t columns = 0;  // of the terminal; 0: as it says itself, each time it is asked
};

enum class Color : unsigned char { none, green, yellow, red, dim };

// A table of texts, the first row its heads. Columns are as wide as their longest text.
using Rows = std::vector<std::vector<std::string>>;

class Console {
 public:
  explicit Console(ConsoleOptions options) : options_(std::move(options)) {}

  // A line each. The first result that cannot be written is said on stderr, unless it is its reader that went away.
  void result(std::string_view line);
  void note(std::string_view line);
  // What a script prints, as it is.
  void log(std::string_view line);
  void table(const Rows& rows);
  // What happened, what is safe now and what to do next.
  void error(const Error& error);
  // The first 20 of `total`, each by what happened; behind them what to do next, each text of it once.
  void errors(std::span<const Error> errors, std::uint64_t total);
  // The one line of the terminal that changes; the next line of any other kind removes it. Nothing where stderr is no
  // terminal.
  void live(std::string_view line);

  // A question with yes or no for an answer; no when a stop is requested meanwhile. Empty where nobody can be asked:
  // stdin or stderr is no terminal. Others may print while it waits.
  [[nodiscard]] std::optional<bool> ask(std::string_view question, const std::stop_token& stop = {});

  // True after a result that could not be written, as above.
  [[nodiscard]] bool has_lost_results() const;

  [[nodiscard]] bool is_live() const noexcept { return options_.err_is_terminal; }
  // What a live line has room for; a longer one is cut.
  [[nodiscard]] std::size_t columns() const;
  // For the text of a result, or of anything else.
  [[nodiscard]] std::string colored(std::string_view text, Color color, bool in_result = false) const;

 private:
  void clear_live();

  const ConsoleOptions options_;
  mutable std::mutex mutex_;
  bool has_live_ = false;
  bool has_lost_results_ = false;
};

}  // namespace drift::cli
