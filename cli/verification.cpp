// Verification: see the header.
#include "cli/verification.hpp"

#include "cli/json_text.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"

#include <drift/json.hpp>
#include <drift/verify.hpp>

#include <algorithm>
#include <string>

namespace drift::cli {

namespace {

constexpr std::size_t keys_shown = 20;  // on a screen; JSON has all that are kept

ExitCode code_of(const Verification& found) {
  if (found.differs > 0) return ExitCode::differs;
  if (found.errors_total > 0) return ExitCode::failed;
  return found.complete ? ExitCode::done : ExitCode::stopped;
}

std::string json_of(const KnownMigration& migration, const Verification& found) {
  std::string keys = "[";
  for (const Attributes& key : found.keys) keys.append(keys.size() > 1 ? "," : "").append(to_json(key));
  return JsonText()
      .text("event", "verified")
      .number("number", migration.number)
      .text("name", migration.name)
      .text("table", migration.migration.table)
      .flag("holds", found.holds())
      .flag("complete", found.complete)
      .number("items", found.items)
      .number("differs", found.differs)
      .raw("keys", keys + "]")
      .number("errors", found.errors_total)
      .decimal("read_units", found.read_units)
      .take();
}

void print(Session& session, const KnownMigration& migration, const Verification& found) {
  Console& console = session.console();
  if (session.settings().json) return console.result(json_of(migration, found));
  const std::string name = "  " + display_name(migration) + ": ";
  if (found.holds()) {
    return console.result(console.colored("holds", Color::green, true) + name + counted(found.items, "item") +
                          (found.items == 1 ? " is as it should be" : " are as they should be"));
  }
  if (found.differs > 0) {
    console.result(console.colored("differs", Color::red, true) + name + grouped(found.differs) + " of " +
                   grouped(found.items) + " items");
    const std::size_t shown = std::min(found.keys.size(), keys_shown);
    for (std::size_t i = 0; i < shown; ++i) console.result("  " + to_json(found.keys[i]));
    if (found.differs > shown) console.result("  ... and " + grouped(found.differs - shown) + " more");
  } else if (!found.complete) {
    console.result(console.colored("stopped", Color::yellow, true) + name + "no difference in the first " +
                   counted(found.items, "item"));
  }
}

// What is so now, and the next command.
void advise(Session& session, const KnownMigration& migration, const Verification& found, Verified verified) {
  Console& console = session.console();
  const std::string number = std::to_string(migration.number);
  console.errors(found.errors, found.errors_total);
  if (!found.complete) console.note("Not all items were looked at. To look at all: {drift} verify " + number);
  if (found.differs == 0 && found.errors_total == 0) return;
  if (verified == Verified::when_asked) {
    return console.note("Nothing was changed. Look at the items; what a live writer made since counts as well.");
  }
  if (verified == Verified::sample) {
    return console.note("These items are migrated, all others are as they were. To go on all the same: " +
                        session.to_finish(migration.number) +
                        ". To give the rest up: " + session.command_of("restart " + number, {"canary"}));
  }
  if (is_outside(migration.number)) {
    return console.note(
        "What it wrote stays. Look at the items: an application that still writes the old shape makes new "
        "ones. To undo it: {drift} run FILE --undo");
  }
  console.note(
      "The migration stays applied. Look at the items: an application that still writes the old shape makes "
      "new ones. Then mend them ({drift} run FILE), or undo the migration ({drift} down). To look again: "
      "{drift} verify " +
      number);
}

}  // namespace

namespace {

ExitCode verify_by(Session& session, const KnownMigration& migration, VerifyOptions options, Verified verified) {
  const RunOptions& run = session.settings().run;
  options.concurrency = run.concurrency;
  options.segments = run.segments;
  options.read_rate = run.read_rate;
  if (!session.settings().quiet) {
    options.on_page = [&, name = display_name(migration)](std::uint64_t items, std::uint64_t estimated) {
      session.console().live(name + "  verifying  " + grouped(items) +
                             (estimated > 0 ? " of about " + grouped(estimated) : "") + " items");
    };
  }
  Verification found;
  try {
    found = verify(session.client(), migration.migration, options);
  } catch (const Error& error) {
    if (verified != Verified::after_up) throw;
    Error::Details details = error.details();
    details.message = "the migration is applied, and could not be verified: " + details.message;
    details.next_step = "It stays applied. To verify it: {drift} verify " + std::to_string(migration.number);
    throw Error(std::move(details));
  }
  print(session, migration, found);
  advise(session, migration, found, verified);
  return code_of(found);
}

}  // namespace

ExitCode verify_one(Session& session, const KnownMigration& migration, Verified verified, const std::stop_token& stop) {
  return verify_by(session, migration, {.stop = stop}, verified);
}

ExitCode verify_items(Session& session, const KnownMigration& migration, const std::vector<Attributes>& keys,
                      const std::stop_token& stop) {
  return verify_by(session, migration, {.keys = keys, .stop = stop}, Verified::sample);
}

}  // namespace drift::cli
