// ProcessIdentity: see the header. proc(5) describes the files that are read here.
#include "migrate/host_identity.hpp"

#include "base/text.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

namespace drift::migrate {

namespace {

constexpr std::size_t name_bytes_max = 255;

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return base::one_line(name.data(), name_bytes_max);
}

std::string user_name() {
  std::array<char, 4'096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const uid_t user = geteuid();
  // A container's user often has no entry.
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return "uid " + std::to_string(user);
  }
  return base::one_line(entry.pw_name, name_bytes_max);
}

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string pid_space() {
  const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  std::array<char, 64> name{};
  const ssize_t size = readlink("/proc/self/ns/pid", name.data(), name.size());
  if (boot.empty() || size <= 0) return {};
  return boot + " " + std::string(name.data(), static_cast<std::size_t>(size));
}

struct ProcessStat {
  char state = ' ';
  std::uint64_t started = 0;
};

std::optional<ProcessStat> read_stat(std::uint64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  // The second field, the program's name in brackets, may have anything in it.
  const std::size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = base::split(std::string_view(line).substr(name_end + 2), ' ');
  constexpr std::size_t start_field = 19;  // the 22nd of the line, the first one here being the third
  if (fields.size() <= start_field || fields.front().size() != 1) return std::nullopt;
  return ProcessStat{.state = fields.front().front(), .started = base::parse_uint64(fields[start_field]).value_or(0)};
}

}  // namespace

ProcessIdentity this_process() {
  const auto pid = static_cast<std::uint64_t>(getpid());
  const auto stat = read_stat(pid);
  return {.host = host_name(),
          .user = user_name(),
          .pid = pid,
          .pid_space = stat ? pid_space() : "",
          .started = stat ? stat->started : 0};
}

Life life_of(const ProcessIdentity& other) {
  const bool is_pid = other.pid > 0 && other.pid <= std::numeric_limits<pid_t>::max();
  if (!is_pid || other.pid_space.empty() || other.pid_space != pid_space() || other.host != host_name()) {
    return Life::unknown;
  }
  if (kill(static_cast<pid_t>(other.pid), 0) != 0 && errno == ESRCH) return Life::ended;
  const auto stat = read_stat(other.pid);
  if (!stat) return Life::unknown;  // another user's, hidden, or it ends just now
  const bool is_dead = stat->state == 'Z' || stat->state == 'X';
  return is_dead || stat->started != other.started ? Life::ended : Life::running;
}

}  // namespace drift::migrate
