// second_runner: see the header.
#include "second_runner.hpp"

#include "support/processes.hpp"

#include <unistd.h>

#include <array>
#include <stdexcept>

namespace drift::testing::crash {

namespace {

// The first process says over a pipe that it stands at the barrier, and goes on when the other pipe is closed.
struct Pipes {
  std::array<int, 2> arrived{};
  std::array<int, 2> go_on{};
  Pipes() {
    if (pipe(arrived.data()) != 0 || pipe(go_on.data()) != 0) throw std::runtime_error("cannot make a pipe");
  }
};
Pipes& pipes() {
  static Pipes pipes;
  return pipes;
}

void wait_at_barrier(std::string_view failpoint) {
  if (failpoint != "barrier.row.before") return;
  char byte = 'x';
  if (write(pipes().arrived[1], &byte, 1) != 1) _exit(1);
  if (read(pipes().go_on[0], &byte, 1) != 1) _exit(1);
}

}  // namespace

std::string second_runner(const MatrixOptions& options, const std::string& name, const migrate::RunSettings& second) {
  pipes() = Pipes();  // of this call
  const std::string tables = options.name + name;
  const auto scenario_of = [&](const migrate::RunSettings& settings, const char* state) {
    return Scenario(options.endpoint, tables, options.directory / (tables + state),
                    {.variant = Variant::run, .concurrency = 1, .settings = settings});
  };
  Shared<Log> log;
  Shared<SharedText> outcome;
  Child first([&](int) {
    Scenario scenario = scenario_of({}, "-first");
    scenario.prepare();
    events::watch(*log, never, false);
    scenario.at_failpoints(wait_at_barrier);
    outcome->set(outcome_text(scenario.live().outcome));
    char byte = 'x';
    if (write(pipes().arrived[1], &byte, 1) != 1) _exit(1);
  });
  char byte = 0;
  if (read(pipes().arrived[0], &byte, 1) != 1) return "the first process did not come to the barrier";
  const std::string of_second = live_once([&] {
    Scenario scenario = scenario_of(second, "-second");
    Shared<Log> own;
    events::watch(*own, never, false);
    return std::string(outcome_text(scenario.live().outcome));
  });
  if (write(pipes().go_on[1], &byte, 1) != 1 || read(pipes().arrived[0], &byte, 1) != 1) return "the pipe broke";
  if (of_second != "locked") return "the second process was not locked out: " + of_second;
  if (outcome->get() != "applied") return "the first process came to: " + outcome->get();
  return live_once([&] {
    Scenario scenario = scenario_of({}, "-first");
    std::string problem = scenario.check(false);
    scenario.remove_tables();
    return problem;
  });
}

}  // namespace drift::testing::crash
