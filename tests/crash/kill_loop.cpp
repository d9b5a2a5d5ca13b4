// The kill -9 loop: see the header.
#include "kill_loop.hpp"

#include "life.hpp"

#include <drift/drift.hpp>

#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace drift::testing::crash {

namespace {

ClientOptions client_options(const std::string& endpoint) {
  return {.region = "us-east-1", .endpoint = endpoint, .credentials = static_credentials("id", "secret")};
}

MigratorOptions migrator_options(const KillLoop& loop) {
  return {.meta_table = loop.name + ".meta", .state_dir = loop.directory / loop.name};
}

std::string prepare(const KillLoop& loop) {
  Client client(client_options(loop.endpoint));
  Migrator(client, migrator_options(loop)).init();
  for (const char* table : {".items", ".other"}) {
    client.create_table({.name = loop.name + table, .key = {{.name = "id", .type = Type::number}}});
  }
  std::vector<Attributes> puts;
  for (std::size_t id = 0; id < loop.items; ++id) puts.push_back({{"id", id}, {"n", 0}, {"text", "some text"}});
  client.batch_write(loop.name + ".items", puts);
  return {};
}

std::string check(const KillLoop& loop) {
  Client client(client_options(loop.endpoint));
  std::size_t counted = 0;
  std::size_t other = 0;
  std::size_t copied = 0;
  for (const Item& item : client.scan(loop.name + ".items")) ++(item["n"] == Value(1) ? counted : other);
  for (const Item& item : client.scan(loop.name + ".other")) copied += item["of"] == item["id"] ? 1 : 0;
  const std::size_t rows = Migrator(client, migrator_options(loop)).applied().size();
  for (const char* table : {".items", ".other", ".meta", ".meta.runs"}) client.delete_table(loop.name + table);
  if (counted == loop.items && other == 0 && copied == loop.items && rows == 1) return {};
  return std::to_string(counted) + " items were counted once, " + std::to_string(other) + " not or more often, " +
         std::to_string(copied) + " were copied, " + std::to_string(rows) + " rows of metadata";
}

pid_t start_process(const KillLoop& loop) {
  const std::string directory = loop.directory;
  const pid_t child = fork();
  if (child != 0) return child;
  execl("/proc/self/exe", "crash_test", migrate_argument, loop.endpoint.c_str(), loop.name.c_str(), directory.c_str(),
        nullptr);
  _exit(127);
}

// True iff the process has ended before that.
bool ends_within(pid_t process, std::chrono::milliseconds time) {
  const int watched = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  pollfd poll_for{watched, POLLIN, 0};
  const bool ended = poll(&poll_for, 1, static_cast<int>(time.count())) == 1;
  close(watched);
  return ended;
}

}  // namespace

KillCounts kill_until_applied(const KillLoop& loop) {
  constexpr std::uint64_t lives_max = 400;
  KillCounts counts;
  std::mt19937_64 random(loop.seed);
  counts.problem = live_once([&] { return prepare(loop); });
  for (std::uint64_t life = 0; counts.problem.empty(); ++life) {
    if (life == lives_max) counts.problem = "not applied after " + std::to_string(life) + " lives";
    const pid_t process = start_process(loop);
    const auto time = std::chrono::milliseconds(random() % static_cast<std::uint64_t>(loop.life_max.count()));
    const bool ended = ends_within(process, time);
    if (!ended) {
      kill(process, SIGKILL);
      ++counts.kills;
    }
    int status = 0;
    waitpid(process, &status, 0);
    if (!ended) continue;
    if (status != 0) counts.problem = "a life ended with the status " + std::to_string(status);
    break;
  }
  if (counts.problem.empty()) counts.problem = live_once([&] { return check(loop); });
  return counts;
}

int migrate_in_process(int argc, char** argv) {
  if (argc != 5) return 2;
  const KillLoop loop{.endpoint = argv[2], .directory = argv[4], .name = argv[3]};
  Client client(client_options(loop.endpoint));
  Migrator migrator(client, migrator_options(loop));
  const std::string other = loop.name + ".other";
  const Report report =
      migrator.run({.number = 1, .table = loop.name + ".items", .up = [&](const Item& item, Actions& actions) {
                      actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
                      actions.put({{"id", item["id"]}, {"of", item["id"]}}, other);
                    }});
  // A process that was killed after its last word leaves a migration that is applied.
  if (report.ok() || (!report.errors.empty() && report.errors[0].code() == "AlreadyApplied")) return 0;
  for (const Error& error : report.errors) std::fprintf(stderr, "%s: %s\n", outcome_text(report.outcome), error.what());
  return 1;
}

}  // namespace drift::testing::crash
