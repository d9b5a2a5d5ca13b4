// Advice: see the header. The texts of the library are kept as they are but for its names.
#include "cli/advice.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace drift::cli {

namespace {

struct Translation {
  std::string_view name;
  std::string_view said;
};

// The longer texts first: one may be the beginning of another. "#" stands for the migration's number.
constexpr std::array translations{
    // A script's revision is the checksum of its text: it is not set, its text is put back.
    Translation{"Finish it with the program that began it; or, where the callbacks do the same, set "
                "Migration::revision to ",
                "Put the file back as it was and run drift resume: its checksum was "},
    Translation{"Mend the item, or the callback under the same Migration::revision, and run the migration again",
                "Mend the item and run drift resume"},
    Translation{"Migration::reads, or use RunOptions::version, or Guard::exists", "`reads`, or use guard = \"exists\""},
    Translation{", or set RunOptions::allow_applied: what it changed",
                " (one that drift run has run: drift run FILE --undo), or give --allow-later: what it changed"},
    Translation{"set RunOptions::allow_applied", "use drift mark-pending #"},
    Translation{"Set RunOptions::allow_applied", "Use drift mark-pending #"},
    Translation{"Raise RunOptions::max_cost or max_write_units and run the migration again",
                "Raise --max-cost or --max-write-units and run it again"},
    Translation{"with the same RunOptions::stamp", "with the same --stamp"},
    Translation{"Call Migrator::run again", "Run drift resume"},
    Translation{"Call Migrator::undo again", "Run drift resume"},
    Translation{"Call Migrator::", "Run Migrator::"},
    Translation{"Migrator::adopt", "drift adopt #"},
    Translation{"Migrator::restart", "drift restart #"},
    Translation{"Migrator::resolve", "drift resolve #"},
    Translation{"Migrator::failures", "drift failures #"},
    Translation{"Migrator::history", "drift history #"},
    Translation{"Migrator::sweep", "drift sweep #"},
    Translation{"Migrator::prune", "drift prune #"},
    Translation{"Migrator::unlock", "drift unlock"},
    Translation{"Migrator::leases", "drift locks"},
    Translation{"Migrator::applied", "drift status"},
    Translation{"Migrator::init", "drift init"},
    Translation{"Migrator::undo", "drift down"},
    Translation{"Migrator::run", "drift up-to #"},
    Translation{"RunOptions::apply = Apply::after_scan", "--apply after-scan"},
    Translation{"Apply::streaming", "--apply streaming"},
    Translation{"Guard::exists", "--guard exists"},
    Translation{"Guard::none", "--guard none"},
    Translation{"MigratorOptions::state_dir", "--state-dir"},
    Translation{"MigratorOptions::meta_table", "--meta-table"},
    Translation{"RunOptions::state_dir", "--state-dir"},
    Translation{"RunOptions::lock_timeout", "--lock-timeout"},
    Translation{"RunOptions::concurrency", "--concurrency"},
    Translation{"RunOptions::segments", "--segments"},
    Translation{"RunOptions::stamp", "--stamp"},
    Translation{"RunOptions::exact", "--exact"},
    Translation{"RunOptions::max_cost", "--max-cost"},
    Translation{"RunOptions::max_write_units", "--max-write-units"},
    Translation{"ClientOptions::profile", "--profile"},
    Translation{"ClientOptions::region", "--region"},
    Translation{"ClientOptions::endpoint", "--endpoint"},
};

// What a call in C++ has behind its name as it is typed: nothing for "()", " 7 --token 3" for unlock's "(7, 3)".
std::string typed_arguments(std::string_view call, std::string_view arguments) {
  const std::size_t comma = arguments.find(", ");
  if (comma == std::string_view::npos) return {};
  std::string typed = " " + std::string(arguments.substr(0, comma));
  if (call == "Migrator::unlock") typed += " --token " + std::string(arguments.substr(comma + 2));
  return typed;
}

std::string said_for(const Translation& translation, std::optional<std::uint64_t> number) {
  std::string said(translation.said);
  if (const std::size_t at = said.find('#'); at != std::string::npos) {
    said.replace(at, 1, number ? std::to_string(*number) : "V");
  }
  return said;
}

std::string translated(std::string text, std::optional<std::uint64_t> number) {
  for (const Translation& translation : translations) {
    for (std::size_t at = text.find(translation.name); at != std::string::npos; at = text.find(translation.name, at)) {
      std::size_t size = translation.name.size();
      std::string said = said_for(translation, number);
      const std::size_t close = text.find(')', at + size);
      if (at + size < text.size() && text[at + size] == '(' && close != std::string::npos) {
        said += typed_arguments(translation.name, std::string_view(text).substr(at + size + 1, close - at - size - 1));
        size = close + 1 - at;
      }
      text.replace(at, size, said);
      at += said.size();
    }
  }
  return text;
}

}  // namespace

Error advised(const Error& error, std::optional<std::uint64_t> number) {
  Error::Details details = error.details();
  details.message = translated(std::move(details.message), number);
  details.next_step = translated(std::move(details.next_step), number);
  return Error(std::move(details));
}

}  // namespace drift::cli
