// Advice: see the header. The texts of the library are kept as they are but for its names, and for what the command has
// no way to do. A test looks for names that nothing here translates.
#include "cli/advice.hpp"

#include "cli/program_name.hpp"
#include "cli/settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drift::cli {

namespace {

struct Translation {
  std::string_view name;
  std::string_view said;  // {V}: the migration's number, {resume}: the line that finishes it, {drift}: the program
  bool of_file = false;   // not said of a migration of the program
};

// Whole phrases first, and the longer names before those that are their beginnings.
constexpr std::array translations{
    Translation{"Migration::reads, or use RunOptions::version, or Guard::exists for this action",
                "`reads` of the migration, or give this action guard = \"exists\""},
    // A script's revision is the checksum of its text: it is not set, its text is put back.
    Translation{"Finish it with the program that began it; or, where the callbacks do the same, set "
                "Migration::revision to ",
                "Put the file back as it was and run {resume}: its checksum was ", true},
    Translation{"Mend the item, or the callback under the same Migration::revision, and run the migration again",
                "Mend the item and run {resume}", true},
    Translation{"RunOptions::max_errors", "--max-errors"},
    Translation{"Set RunOptions::allow_applied to execute it on the table as it is now",
                "{drift} mark-pending {V}, then {drift} up-to {V}, executes it on the table as it is now"},
    Translation{"Undo it first, or set RunOptions::allow_applied to execute it again",
                "Undo it first ({drift} down) to execute it again"},
    Translation{", or set RunOptions::allow_applied: what it changed",
                " (one that {drift} run has run: {drift} run FILE --undo), or give --allow-later: what it changed"},
    Translation{"Raise RunOptions::max_cost or max_write_units and run the migration again",
                "Raise --max-cost or --max-write-units and run it again"},
    Translation{"RunOptions::max_cost or max_write_units", "--max-cost or --max-write-units"},
    Translation{"RunOptions::items_max", "--canary"},
    Translation{"set lock_timeout higher", "set --lock-timeout higher"},
    Translation{"RunOptions::apply = Apply::after_scan", "--apply after-scan"},
    Translation{"Apply::after_scan", "--apply after-scan"},
    Translation{"Apply::streaming", "--apply streaming"},
    Translation{"Controls::set_concurrency", "concurrency"},
    Translation{"ClientOptions::max_attempts", "AWS_MAX_ATTEMPTS"},
    Translation{"Call Migrator::run again", "Run {resume}"},
    Translation{"Call Migrator::undo again", "Run {resume}"},
    Translation{"Call Migrator::init() once", "Run {drift} init once"},
    Translation{
        "Run `make setup`, which builds it once.",
        "Build it once: `make setup` in a clone of drift, or cargo install dynoxide-rs --version 3.2.0 --locked "
        "--no-default-features --features native-sqlite,http-server,cli"},
    Translation{"Set LocalServerOptions::port to another one, or to 0 for", "Give --port another one, or 0 for"},
    Translation{"Migrator::adopt", "{drift} adopt {V}"},
    Translation{"Migrator::restart", "{drift} restart {V}"},
    Translation{"Migrator::resolve (skip)", "{drift} resolve {V} --as skip --all"},
    Translation{"Migrator::resolve", "{drift} resolve {V}"},
    Translation{"Migrator::failures", "{drift} failures {V}"},
    Translation{"Migrator::history", "{drift} history {V}"},
    Translation{"Migrator::sweep", "{drift} sweep {V}"},
    Translation{"Migrator::prune", "{drift} prune {V}"},
    Translation{"Migrator::unlock", "{drift} unlock"},
    Translation{"Migrator::leases", "{drift} locks"},
    Translation{"Migrator::applied", "{drift} status"},
    Translation{"Migrator::init", "{drift} init"},
    Translation{"Migrator::undo", "{drift} down"},
    Translation{"Migrator::run", "{drift} up-to {V}"},
};

bool is_of_a_name(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

// "Migrator::unlock(3, 7)" gives its verb the number and the token; other names may have "()" behind them.
void take_call(std::string& text, std::size_t at) {
  if (at == text.size() || text[at] != '(') return;
  const std::size_t end = text.find(')', at);
  const std::size_t comma = text.find(", ", at);
  if (end == at + 1) {
    text.erase(at, 2);
  } else if (comma < end) {
    text = text.substr(0, at) + " " + text.substr(at + 1, comma - at - 1) + " --token " +
           text.substr(comma + 2, end - comma - 2) + text.substr(end + 1);
  }
}

void replace_names(std::string& text, const std::string& number, const Circumstances& circumstances) {
  for (const Translation& translation : translations) {
    if (translation.of_file && circumstances.is_of_program) continue;
    std::string said = filled(std::string(translation.said), "{V}", number);
    said = filled(std::move(said), "{resume}", circumstances.to_finish);
    for (std::size_t at = 0; (at = text.find(translation.name, at)) != std::string::npos;) {
      text.replace(at, translation.name.size(), said);
      at += said.size();
      take_call(text, at);
    }
  }
}

// `Kind::some_name` becomes what `say` makes of "some_name"; where that is nothing it stays.
template <class Say>
void replace_members(std::string& text, std::string_view kind, const Say& say) {
  for (std::size_t at = 0; (at = text.find(kind, at)) != std::string::npos;) {
    std::size_t end = at + kind.size();
    while (end < text.size() && is_of_a_name(text[end])) ++end;
    const std::string said = say(text.substr(at + kind.size(), end - at - kind.size()));
    if (!said.empty()) text.replace(at, end - at, said);
    at += std::max<std::size_t>(said.size(), 1);
  }
}

// An option that is a setting, by its flag.
std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return find_setting(name) == nullptr ? "" : "--" + name;
}

}  // namespace

std::string advised(std::string text, std::optional<std::uint64_t> number, const Circumstances& circumstances) {
  replace_names(text, number ? std::to_string(*number) : "V", circumstances);
  for (const char* options : {"RunOptions::", "MigratorOptions::", "ClientOptions::"}) {
    replace_members(text, options, flag_of);
  }
  replace_members(text, "Migration::", [](const std::string& name) { return "`" + name + "`"; });
  return with_program(std::move(text), circumstances.program);
}

Error advised(const Error& error, std::optional<std::uint64_t> number, const Circumstances& circumstances) {
  Error::Details details = error.details();
  details.message = advised(std::move(details.message), number, circumstances);
  details.next_step = advised(std::move(details.next_step), number, circumstances);
  return Error(std::move(details));
}

Report advised(Report report, std::uint64_t number, const Circumstances& circumstances) {
  for (Error& error : report.errors) error = advised(error, number, circumstances);
  for (std::string& note : report.notes) note = advised(std::move(note), number, circumstances);
  return report;
}

}  // namespace drift::cli
