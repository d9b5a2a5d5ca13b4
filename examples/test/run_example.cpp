// run_example <name> <program>: runs one example program against a local DynamoDB of its own, with an environment as a
// newcomer would set it up, and checks by independent reads that it did what it says. Exit code 0 when it did.
#include "local/local_server.hpp"
#include "support/processes.hpp"
#include "test/example_case.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <system_error>

namespace examples {

namespace {

// Nothing of the person's own set-up may reach the program: no real account, no state of real runs.
void set_environment(const std::string& endpoint, const std::filesystem::path& directory, bool own_credentials) {
  for (const char* name : {"AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"})
    unsetenv(name);
  const auto set = [](const char* name, const std::string& value) { setenv(name, value.c_str(), 1); };
  set("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
  set("AWS_REGION", "us-east-1");
  set("AWS_CONFIG_FILE", (directory / "no-config").string());
  set("AWS_SHARED_CREDENTIALS_FILE", (directory / "no-credentials").string());
  set("AWS_EC2_METADATA_DISABLED", "true");
  set("XDG_STATE_HOME", directory.string());
  if (own_credentials) {  // it has to bring them
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
  } else {
    set("AWS_ACCESS_KEY_ID", "local");
    set("AWS_SECRET_ACCESS_KEY", "local");
  }
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void check(int problem, const char* what) {
  if (problem != 0) throw std::system_error(problem, std::generic_category(), what);
}

Finished run_program(const std::string& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) check(errno, "cannot make a pipe");
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions), "cannot start a program");
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);

  std::vector<char*> command{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) command.push_back(const_cast<char*>(argument.c_str()));
  command.push_back(nullptr);
  pid_t child = 0;
  const int problem = posix_spawn(&child, program.c_str(), &actions, nullptr, command.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (problem != 0) close(ends[0]);
  check(problem, program.c_str());

  Finished finished{.output = read_all(ends[0])};
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

void run(const ExampleCase& example, const std::string& program) {
  const drift::testing::TemporaryDirectory directory;
  drift::local::LocalServer server;
  set_environment(server.endpoint(), directory.path(), example.name == "own_credentials");
  drift::Client client({.region = "us-east-1",
                        .endpoint = server.endpoint(),
                        .credentials = drift::static_credentials("checker", "checker")});
  example.prepare(client, directory.path());

  const auto run_with = [&](std::vector<std::string> arguments) {
    constexpr std::string_view placeholder = "DIRECTORY";
    for (std::string& argument : arguments) {
      const std::size_t at = argument.find(placeholder);
      if (at != std::string::npos) argument.replace(at, placeholder.size(), directory.path().string());
    }
    return run_program(program, arguments);
  };
  const Finished finished = run_with(example.arguments);
  std::printf("%s", finished.output.c_str());
  expect(finished.exit_code == 0, "exit code 0, got " + std::to_string(finished.exit_code));
  example.verify(client, finished, run_with);
  if (!server.running()) throw std::runtime_error(server.failure());
}

}  // namespace

}  // namespace examples

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s <name> <program>\n", argv[0]);
    return 2;
  }
  const std::string name = argv[1];
  const auto& cases = examples::example_cases();
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) { return one.name == name; });
  if (found == cases.end()) {
    std::fprintf(stderr, "no case checks the example %s: add one to examples/test/example_cases.cpp\n", name.c_str());
    return 2;
  }
  try {
    examples::run(*found, argv[2]);
  } catch (const drift::Error& error) {
    std::fprintf(stderr, "example %s: %s\n  %s\n", name.c_str(), error.what(), error.next_step().c_str());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "example %s: %s\n", name.c_str(), error.what());
    return 1;
  }
  return 0;
}
