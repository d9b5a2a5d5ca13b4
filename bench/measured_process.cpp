// Measured processes: see the header.
#include "bench/measured_process.hpp"

#include "bench/canned_server.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace drift::bench {

namespace {

[[noreturn]] void become(const std::vector<std::string>& command, int output) {
  leave_core_to_server();
  dup2(output, STDOUT_FILENO);
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

double seconds(const rusage& usage) {
  const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace

Measured run_measured(const std::vector<std::string>& command) {
  Measured measured;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return measured;
  const pid_t child = fork();
  if (child == 0) become(command, ends[1]);
  close(ends[1]);
  std::array<char, 4'096> chunk{};
  for (ssize_t n = 0; (n = read(ends[0], chunk.data(), chunk.size())) > 0;) {
    measured.output.append(chunk.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  rusage usage{};
  measured.ok = wait4(child, &status, 0, &usage) == child && status == 0;
  measured.cpu_seconds = seconds(usage);
  return measured;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage);
}

std::string this_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace drift::bench
