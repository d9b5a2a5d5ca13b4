#include "client/timestamp.hpp"

#include <array>
#include <chrono>

namespace drift::client {
namespace {

// Reads from the front of a text; after the first thing that does not fit, `ok` stays false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  int digits(std::size_t count) noexcept {
    int number = 0;
    for (; count > 0; --count, rest_.remove_prefix(1)) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return fail();
      number = number * 10 + (rest_.front() - '0');
    }
    return number;
  }
  void skip(std::string_view expected) noexcept {
    if (rest_.starts_with(expected)) {
      rest_.remove_prefix(expected.size());
    } else {
      fail();
    }
  }
  std::string_view take(std::size_t count) noexcept {
    const std::string_view taken = rest_.substr(0, count);
    if (taken.size() < count) fail();
    rest_.remove_prefix(taken.size());
    return taken;
  }
  [[nodiscard]] char next() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  int fail() noexcept {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

TimeOfDay read_time(Scanner& scanner) noexcept {
  TimeOfDay time;
  time.hour = scanner.digits(2);
  scanner.skip(":");
  time.minute = scanner.digits(2);
  scanner.skip(":");
  time.second = scanner.digits(2);
  if (time.hour > 23 || time.minute > 59 || time.second > 60) scanner.fail();
  return time;
}

std::optional<base::SystemTime> point(int year, unsigned month, int day, const TimeOfDay& time) noexcept {
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second);
}

unsigned month_of(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  unsigned month = 1;
  for (const std::string_view known : months) {
    if (known == name) return month;
    ++month;
  }
  return 0;
}

std::chrono::minutes read_offset(Scanner& scanner) noexcept {
  if (scanner.next() == 'Z' || scanner.next() == 'z') {
    scanner.take(1);
    return {};
  }
  const std::string_view sign = scanner.take(1);
  const int hours = scanner.digits(2);
  if (scanner.next() == ':') scanner.take(1);
  const std::chrono::minutes offset(hours * 60 + scanner.digits(2));
  if (sign == "-") return -offset;
  if (sign != "+") scanner.fail();
  return offset;
}

}  // namespace

std::optional<base::SystemTime> parse_http_date(std::string_view text) noexcept {
  Scanner scanner(text);
  scanner.take(3);  // the day of the week
  scanner.skip(", ");
  const int day = scanner.digits(2);
  scanner.skip(" ");
  const unsigned month = month_of(scanner.take(3));
  scanner.skip(" ");
  const int year = scanner.digits(4);
  scanner.skip(" ");
  const TimeOfDay time = read_time(scanner);
  scanner.skip(" GMT");
  if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
  return point(year, month, day, time);
}

std::optional<base::SystemTime> parse_iso8601(std::string_view text) noexcept {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  scanner.skip("-");
  const int month = scanner.digits(2);
  scanner.skip("-");
  const int day = scanner.digits(2);
  scanner.skip("T");
  const TimeOfDay time = read_time(scanner);
  if (scanner.next() == '.') {
    scanner.take(1);
    scanner.digits(1);
    while (scanner.next() >= '0' && scanner.next() <= '9') scanner.take(1);
  }
  const std::chrono::minutes offset = read_offset(scanner);
  if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
  const auto local = point(year, static_cast<unsigned>(month), day, time);
  if (!local) return std::nullopt;
  return *local - offset;
}

}  // namespace drift::client
