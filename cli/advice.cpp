// Advice: see the header. The texts of the library are kept as they are but for its names.
#include "cli/advice.hpp"

#include <array>
#include <string>
#include <string_view>

namespace drift::cli {

namespace {

struct Translation {
  std::string_view name;
  std::string_view said;
  bool takes_number = false;
};

// The longer names first: one may be the beginning of another.
constexpr std::array translations{
    Translation{"Call Migrator::run again", "Run drift up-to", true},
    Translation{"Call Migrator::undo again", "Run drift down", false},
    Translation{"Migrator::adopt", "drift adopt", true},
    Translation{"Migrator::restart", "drift restart", true},
    Translation{"Migrator::resolve", "drift resolve", true},
    Translation{"Migrator::failures", "drift failures", true},
    Translation{"Migrator::history", "drift history", true},
    Translation{"Migrator::sweep", "drift sweep", true},
    Translation{"Migrator::prune", "drift prune", true},
    Translation{"Migrator::unlock", "drift unlock", true},
    Translation{"Migrator::leases", "drift locks", false},
    Translation{"Migrator::init", "drift init", false},
    Translation{"Migrator::undo", "drift down", false},
    Translation{"Migrator::run", "drift up-to", true},
    Translation{"RunOptions::apply = Apply::after_scan", "--apply after-scan", false},
    Translation{"Apply::streaming", "--apply streaming", false},
    Translation{"MigratorOptions::state_dir", "--state-dir", false},
    Translation{"RunOptions::state_dir", "--state-dir", false},
    Translation{"RunOptions::allow_applied", "drift redo", false},
    Translation{"RunOptions::stamp", "--stamp", false},
    Translation{"RunOptions::exact", "--exact", false},
    Translation{"RunOptions::max_cost", "--max-cost", false},
    Translation{"RunOptions::max_write_units", "--max-write-units", false},
    Translation{"ClientOptions::region", "--region", false},
    Translation{"ClientOptions::endpoint", "--endpoint", false},
};

std::string translated(std::string text, std::optional<std::uint64_t> number) {
  for (const Translation& translation : translations) {
    std::string said(translation.said);
    if (translation.takes_number) said += number ? " " + std::to_string(*number) : " V";
    for (std::size_t at = text.find(translation.name); at != std::string::npos; at = text.find(translation.name, at)) {
      text.replace(at, translation.name.size(), said);
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
