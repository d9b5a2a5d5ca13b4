// Lives: see the header.
#include "life.hpp"

#include "events.hpp"
#include "support/processes.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <vector>

namespace drift::testing::crash {

namespace {

constexpr int waits_max = 6;  // of 10 s

std::string guarded(const std::function<std::string()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return std::string("threw: ") + error.what();
  }
}

}  // namespace

const char* const ended_at_event = "ended at its event";

void SharedText::set(const std::string& value) {
  const std::size_t size = std::min(value.size(), text.size() - 1);
  std::memcpy(text.data(), value.data(), size);
  text.at(size) = 0;
}

std::string live_once(const std::function<std::string()>& work) {
  Shared<SharedText> said;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    said->set(guarded(work));
    _exit(0);
  }
  bool ended = false;
  for (int i = 0; i < waits_max && !ended; ++i) ended = end_of(child);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!ended) return "hangs";
  if (WIFEXITED(status) && WEXITSTATUS(status) == crashed_status) return ended_at_event;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return said->get();
  return "died with status " + std::to_string(status);
}

void in_parallel(std::size_t workers, std::size_t count, const std::function<void(std::size_t)>& work) {
  Shared<std::atomic<std::size_t>> next;
  std::vector<pid_t> children;
  for (std::size_t i = 0; i < std::min(workers, count); ++i) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child == 0) {
      for (std::size_t number = (*next)++; number < count; number = (*next)++) work(number);
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) waitpid(child, nullptr, 0);
}

}  // namespace drift::testing::crash
