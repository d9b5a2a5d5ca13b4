// locks, unlock: who runs a migration.
#include "cli/json_text.hpp"
#include "cli/verbs.hpp"

namespace drift::cli {

namespace {

std::string json_of(const Lease& lease) {
  return JsonText()
      .number("number", lease.number)
      .number("token", lease.token)
      .text("user", lease.user)
      .text("host", lease.host)
      .number("pid", lease.pid)
      .text("run", lease.run_id)
      .text("since", lease.since)
      .text("renewed", lease.renewed)
      .flag("owner_gone", lease.owner_gone)
      .take();
}

ExitCode locks(Session& session, const Arguments&) {
  std::vector<std::string> notes;
  Rows rows{{"number", "token", "who", "pid", "since (UTC)", "last sign of life"}};
  for (const Lease& lease : session.migrator().leases()) {
    if (lease.released) continue;
    if (session.settings().json) session.console().result(json_of(lease));
    rows.push_back({std::to_string(lease.number), std::to_string(lease.token), lease.user + "@" + lease.host,
                    std::to_string(lease.pid), lease.since, lease.renewed});
    if (!lease.owner_gone) continue;
    notes.push_back(std::to_string(lease.number) + ": its process is gone, and the next run takes the lock over");
  }
  if (session.settings().json) return ExitCode::done;
  if (rows.size() == 1) {
    session.console().note("No migration is running.");
  } else {
    session.console().table(rows);
    for (const std::string& note : notes) session.console().note(note);
  }
  return ExitCode::done;
}

ExitCode unlock(Session& session, const Arguments& arguments) {
  const std::uint64_t number = arguments.needed_number("V");
  session.console().note("Watching for a sign of life of its owner, up to 30 s ...");
  session.migrator().unlock(number, arguments.needed_number("token"));
  session.console().note("Migration " + std::to_string(number) + " is unlocked.");
  return ExitCode::done;
}

}  // namespace

Verb locks_verb() {
  return {.name = "locks",
          .help = "Show who runs a migration at the moment",
          .examples = "  {drift} locks\n",
          .run = locks,
          .only_prints = true};
}

Verb unlock_verb() {
  return {.name = "unlock",
          .help = "Release the lock of a process that is gone; refused while it lives",
          .arguments = {{.name = "V", .help = "the migration's number", .required = true},
                        {.name = "token", .help = "as {drift} locks shows it", .required = true, .is_flag = true}},
          .examples = "  {drift} unlock 3 --token 7\n",
          .run = unlock};
}

}  // namespace drift::cli
