// Console: see the header. A line that cannot be written (a pipe whose reader is gone) changes nothing about what is
// done.
#include "cli/console.hpp"

#include "cli/columns.hpp"
#include "cli/numbers.hpp"
#include "cli/program_name.hpp"

#include "base/descriptor.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace drift::cli {

namespace {

// 0, or why it is not written.
int print_line(std::FILE* to, std::string_view line) {
  errno = 0;
  const bool is_written = std::fwrite(line.data(), 1, line.size(), to) == line.size() && std::fputc('\n', to) != EOF &&
                          std::fflush(to) == 0;
  return is_written ? 0 : errno;
}

// Behind a live line: the cursor's, and those of the ^C that a terminal writes there. A line that is wrapped cannot be
// removed.
constexpr std::size_t columns_left = 4;
constexpr std::size_t columns_usual = 80;
constexpr std::size_t columns_of_log = 120;  // nothing is cut there

constexpr std::size_t errors_shown = 20;

// Waits until a terminal has a line, or its end; false: a stop was requested before.
bool has_input(int terminal, const std::stop_token& stop) {
  const base::Descriptor stopping(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback on_stop(stop, [&] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stopping.get(), &one, sizeof(one));
  });
  std::array<pollfd, 2> waits{
      {{.fd = terminal, .events = POLLIN, .revents = 0}, {.fd = stopping.get(), .events = POLLIN, .revents = 0}}};
  while (::poll(waits.data(), waits.size(), -1) < 0 && errno == EINTR) continue;
  return waits[1].revents == 0;
}

}  // namespace

void Console::result(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  clear_live();
  const int failure = print_line(options_.out, line);
  if (failure == 0 || failure == EPIPE || has_lost_results_) return;
  has_lost_results_ = true;
  print_line(options_.err, "note: the output cannot be written: " + std::generic_category().message(failure));
}

bool Console::has_lost_results() const {
  const std::scoped_lock lock(mutex_);
  return has_lost_results_;
}

void Console::note(std::string_view line) { log(with_program(std::string(line), options_.program)); }

void Console::log(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  clear_live();
  print_line(options_.err, line);
}

void Console::table(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - columns_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result(line);
  }
}

void Console::error(const Error& error) {
  note(colored("error: ", Color::red) + error.what());
  if (!error.next_step().empty()) note("  " + error.next_step());
}

void Console::errors(std::span<const Error> errors, std::uint64_t total) {
  errors = errors.first(std::min(errors.size(), errors_shown));
  std::vector<std::string> advice;
  for (const Error& error : errors) {
    note(colored("error: ", Color::red) + error.what());
    const bool is_new = std::find(advice.begin(), advice.end(), error.next_step()) == advice.end();
    if (is_new && !error.next_step().empty()) advice.push_back(error.next_step());
  }
  if (total > errors.size()) note("... and " + grouped(total - errors.size()) + " more errors");
  for (const std::string& text : advice) note("  " + text);
}

std::optional<bool> Console::ask(std::string_view question, const std::stop_token& stop) {
  if (!options_.in_is_terminal || !options_.err_is_terminal) return std::nullopt;
  {
    const std::scoped_lock lock(mutex_);
    clear_live();
    const std::string text = std::string(question) + " [y/N] ";
    std::fwrite(text.data(), 1, text.size(), options_.err);
    std::fflush(options_.err);
  }
  if (!has_input(::fileno(options_.in), stop)) return false;
  std::array<char, 256> line{};
  if (std::fgets(line.data(), line.size(), options_.in) == nullptr) return false;
  const std::string_view answer(line.data());
  return answer == "y\n" || answer == "Y\n" || answer == "yes\n";
}

void Console::live(std::string_view line) {
  if (!is_live()) return;
  const std::string text = fitted(line, columns());
  const std::scoped_lock lock(mutex_);
  clear_live();
  std::fwrite(text.data(), 1, text.size(), options_.err);
  std::fflush(options_.err);
  has_live_ = true;
}

std::size_t Console::columns() const {
  if (!is_live()) return columns_of_log;
  std::size_t columns = options_.columns;
  winsize size = {};
  if (columns == 0 && ::ioctl(::fileno(options_.err), TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  if (columns == 0) columns = columns_usual;
  return columns > columns_left ? columns - columns_left : 0;
}

void Console::clear_live() {
  if (!has_live_) return;
  constexpr std::string_view erase_line = "\r\x1b[2K";
  std::fwrite(erase_line.data(), 1, erase_line.size(), options_.err);
  has_live_ = false;
}

std::string Console::colored(std::string_view text, Color color, bool in_result) const {
  static constexpr std::array<std::string_view, 5> codes{"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
  const bool wanted = options_.color && (in_result ? options_.out_is_terminal : options_.err_is_terminal);
  if (!wanted || color == Color::none) return std::string(text);
  return std::string(codes.at(static_cast<std::size_t>(color))) + std::string(text) + "\x1b[0m";
}

}  // namespace drift::cli
