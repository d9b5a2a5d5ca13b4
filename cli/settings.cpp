// Settings: see the header.
#include "cli/settings.hpp"

#include "cli/usage_error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace drift::cli {

bool is_true(const std::string& text) {
  static constexpr std::array<std::string_view, 4> yes{"true", "1", "yes", "on"};
  static constexpr std::array<std::string_view, 4> no{"false", "0", "no", "off"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), text) != no.end()) return false;
  throw Error("Usage", "\"" + text + "\" is neither true nor false");
}

namespace {

// The whole text as a number of that type; empty for any other text.
template <class T>
std::optional<T> number_in(const std::string& text, T least, T most) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& text, const char* what) {
  throw Error("Usage", "\"" + text + "\" is not " + what);
}

template <class T>
T number(const std::string& text, T least, T most, const char* what) {
  const std::optional<T> value = number_in(text, least, most);
  if (!value) refuse(text, what);
  return *value;
}

// "500" units a second, "50%" of the table's capacity, or "none".
Rate rate(const std::string& text) {
  if (text == "none") return {};
  constexpr double most = 1e9;
  constexpr double percent = 100;
  const bool is_share = text.ends_with('%');
  const auto value = number_in(is_share ? text.substr(0, text.size() - 1) : text, 0.0, is_share ? percent : most);
  if (!value || *value <= 0) refuse(text, "units a second like 500, a share of the table's capacity like 50%, or none");
  return is_share ? Rate::share(*value / percent) : Rate::units(*value);
}

// "90", "90s", "5m", "2h".
std::chrono::milliseconds duration(const std::string& text) {
  const char last = text.empty() ? ' ' : text.back();
  const bool has_unit = last == 's' || last == 'm' || last == 'h';
  const std::int64_t unit = last == 'h' ? 3'600 : last == 'm' ? 60 : 1;
  const auto value = number_in<std::int64_t>(has_unit ? text.substr(0, text.size() - 1) : text, 0, 1'000'000);
  if (!value) refuse(text, "a time like 90s, 5m or 2h");
  return std::chrono::seconds(*value * unit);
}

Guard guard(const std::string& text) {
  if (text == "unchanged") return Guard::unchanged;
  if (text == "exists") return Guard::exists;
  if (text == "none") return Guard::none;
  throw Error("Usage", "\"" + text + "\" is none of unchanged, exists and none");
}

Apply apply(const std::string& text) {
  if (text == "after-scan") return Apply::after_scan;
  if (text == "streaming") return Apply::streaming;
  throw Error("Usage", "\"" + text + "\" is neither after-scan nor streaming");
}

std::string not_empty(const std::string& text) {
  if (text.empty()) throw Error("Usage", "it is empty");
  return text;
}

using Text = const std::string&;

constexpr std::size_t concurrency_max = 1'024;
constexpr std::uint32_t segments_max = 10'000;
constexpr std::uint64_t errors_max = 1'000'000'000;
constexpr std::uint64_t canary_max = 100'000;  // whose keys are kept in memory
constexpr std::uint64_t items_max = 1'000'000'000'000'000;
constexpr double money_max = 1e12;

const std::array rows{
    SettingRow{"dir", "d", "DIR", "the directory of the migrations; default: migrations",
               [](Settings& s, Text t) { s.dir = not_empty(t); }},
    SettingRow{"meta-table", "", "TABLE", "the table that says what is applied; default: drift",
               [](Settings& s, Text t) { s.meta_table = not_empty(t); }},
    SettingRow{"table-prefix", "", "TEXT", "put before each table's name that a migration has",
               [](Settings& s, Text t) { s.table_prefix = t; }},
    SettingRow{"endpoint", "", "URL", "of DynamoDB; default: the region's",
               [](Settings& s, Text t) { s.client.endpoint = not_empty(t); }},
    SettingRow{"region", "", "REGION", "default: as the AWS command line finds it",
               [](Settings& s, Text t) { s.client.region = not_empty(t); }},
    SettingRow{"profile", "", "NAME", "default: as the AWS command line finds it",
               [](Settings& s, Text t) { s.client.profile = not_empty(t); }},
    SettingRow{"local", "", "", "the local DynamoDB that {drift} local has started",
               [](Settings& s, Text t) { s.local = is_true(t); }},
    SettingRow{"state-dir", "", "DIR", "of the journals, on a local disk; default: ~/.local/state/drift",
               [](Settings& s, Text t) { s.state_dir = not_empty(t); }},
    SettingRow{"concurrency", "", "N", "callbacks at once; 1 keeps the order of the scan; default: 8",
               [](Settings& s, Text t) {
                 s.run.concurrency = number<std::size_t>(t, 1, concurrency_max, "a number from 1 to 1,024");
               }},
    SettingRow{"segments", "", "N", "parts of the table that are scanned at once; default: by the table's size",
               [](Settings& s, Text t) {
                 s.run.segments = number<std::uint32_t>(t, 0, segments_max, "a number from 0 to 10,000");
               }},
    SettingRow{"read-rate", "", "RATE", "read units a second (500), or a share of the capacity (50%)",
               [](Settings& s, Text t) { s.run.read_rate = rate(t); }},
    SettingRow{"write-rate", "", "RATE", "write units a second, or a share of the capacity",
               [](Settings& s, Text t) { s.run.write_rate = rate(t); }},
    SettingRow{"max-cost", "", "DOLLARS", "the run stops, and can be gone on with, before it costs more",
               [](Settings& s, Text t) { s.run.max_cost = number(t, 0.0, money_max, "an amount of dollars"); }},
    SettingRow{"max-write-units", "", "N", "the same in write units",
               [](Settings& s, Text t) { s.run.max_write_units = number(t, 0.0, money_max, "a number of units"); }},
    SettingRow{
        "max-errors", "", "N", "errors that are gone on with; default: 0",
        [](Settings& s, Text t) { s.run.max_errors = number<std::uint64_t>(t, 0, errors_max, "a number of errors"); }},
    SettingRow{"guard", "", "GUARD",
               "unchanged (default), exists or none: what must hold of an item when it is written",
               [](Settings& s, Text t) { s.run.guard = guard(t); }},
    SettingRow{"apply", "", "WHEN", "after-scan (default), or streaming: while the scan goes on",
               [](Settings& s, Text t) { s.run.apply = apply(t); }},
    SettingRow{"stamp", "", "NAME", "mark each item, so that a run whose journal is lost can be begun again",
               [](Settings& s, Text t) { s.run.stamp = not_empty(t); }},
    SettingRow{"exact", "", "", "a marker for each write that is not guarded (five times the capacity)",
               [](Settings& s, Text t) { s.run.exact = is_true(t); }},
    SettingRow{"before-images", "", "BOOL", "keep the items as they were, for down without a down; default: true",
               [](Settings& s, Text t) { s.run.before_images = is_true(t); }},
    SettingRow{"lock-timeout", "", "TIME",
               "how long to wait for another process (90s, 5m); default: 60s, and 2s for marks and decisions",
               [](Settings& s, Text t) { s.run.lock_timeout = s.lock_timeout = duration(t); }},
    SettingRow{"json", "", "", "results and events as JSON on stdout",
               [](Settings& s, Text t) { s.json = is_true(t); }},
    SettingRow{"quiet", "q", "", "no progress", [](Settings& s, Text t) { s.quiet = is_true(t); }},
    SettingRow{"verbose", "v", "", "also say what each run is of, and what it consumed",
               [](Settings& s, Text t) { s.verbose = is_true(t); }},
    SettingRow{"yes", "y", "", "answer yes to what is asked", [](Settings& s, Text t) { s.yes = is_true(t); }},
    SettingRow{"ask-above", "", "ITEMS", "ask before a table of more items is migrated; 0: never; default: 1,000,000",
               [](Settings& s, Text t) { s.ask_above = number<std::uint64_t>(t, 0, items_max, "a number of items"); }},
    SettingRow{"canary", "", "N", "migrate N items first, verify them, and ask before the rest",
               [](Settings& s, Text t) {
                 s.canary = number<std::uint64_t>(t, 0, canary_max, "a number of items up to 100,000");
               }},
    SettingRow{"require-pitr", "", "", "refuse tables without point-in-time recovery",
               [](Settings& s, Text t) { s.require_pitr = is_true(t); }},
    SettingRow{"no-color", "", "", "no colours (also NO_COLOR)", [](Settings& s, Text t) { s.color = !is_true(t); }},
};

}  // namespace

std::span<const SettingRow> setting_rows() noexcept { return rows; }

const SettingRow* find_setting(std::string_view name) noexcept {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

void set(Settings& settings, const SettingRow& row, const std::string& text, std::string_view source) {
  try {
    row.set(settings, text);
    settings.sources.insert_or_assign(row.name, std::string(source));
  } catch (const Error& error) {
    throw usage_error(std::string(source) + ": " + error.message(),
                      text.empty() ? "Nothing was done. Give it a value, or leave it out." : "Nothing was done.");
  }
}

}  // namespace drift::cli
