// drift_demo [items]: see demo.hpp. Exit code 0 when everything was as it has to be, 1 when anything was not, 130 when
// it was interrupted.
#include "demo/demo.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>

namespace {

constexpr std::size_t albums_default = 10'000;
constexpr std::size_t albums_max = 1'000'000;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;

// 0: not a number of items that makes sense.
std::size_t albums_from(int argc, char** argv) {
  if (argc == 1) return albums_default;
  std::size_t albums = 0;
  const char* const end = argv[1] + std::strlen(argv[1]);
  const auto [last, error] = std::from_chars(argv[1], end, albums);
  const bool read = argc == 2 && error == std::errc() && last == end;
  return read && albums >= demo::Demo::albums_min && albums <= albums_max ? albums : 0;
}

int fail(demo::Terminal& terminal, const std::string& what, const std::string& next_step) {
  terminal.line();
  terminal.line(terminal.bad("The demo failed: ") + what);
  if (!next_step.empty()) terminal.line(next_step);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t albums = albums_from(argc, argv);
  if (albums == 0) {
    std::fprintf(stderr, "usage: %s [items, %zu to %zu]\n", argv[0], demo::Demo::albums_min, albums_max);
    return exit_usage;
  }
  demo::Terminal terminal(stdout);
  try {
    const demo::Interrupts interrupts;
    demo::Demo(terminal, interrupts, albums).run();
    return 0;
  } catch (const demo::Interrupted&) {
    terminal.line();
    terminal.line("Stopped as asked. The local DynamoDB has ended, and its tables are gone with it.");
    return exit_interrupted;
  } catch (const drift::Error& error) {
    return fail(terminal, error.what(), error.next_step());
  } catch (const std::exception& error) {
    return fail(terminal, error.what(), {});
  }
}
