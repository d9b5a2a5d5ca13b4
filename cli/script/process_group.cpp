// ProcessGroup: see the header.
#include "cli/script/process_group.hpp"

#include "cli/script/child_failure.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>

namespace drift::script {

namespace {

// What is sent to the group is for the program; 0 is the group itself.
constexpr const char* guard_script = "trap '' HUP INT QUIT TERM; read -r nothing; kill -KILL 0";

}  // namespace

ProcessGroup::ProcessGroup() {
  auto [input, owner] = make_pipe();
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, input.get(), STDIN_FILENO);
  // Neither another group's pipe, which would not end then, nor anything of this process.
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDIN_FILENO + 1);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::array<std::string, 4> words{"sh", "-c", guard_script, "drift-guard"};  // the last is for those who read ps
  const std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  std::array<char*, 1> no_environment{nullptr};
  const int error = ::posix_spawn(&guard_, "/bin/sh", &files, &attributes, arguments.data(), no_environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    guard_ = 0;
    throw ChildFailure("cannot be started: no shell to guard it: " + std::generic_category().message(error));
  }
  owner_ = std::move(owner);
}

void ProcessGroup::terminate() const noexcept {
  if (guard_ != 0) ::kill(-guard_, SIGTERM);
}

void ProcessGroup::kill() noexcept {
  if (guard_ == 0) return;
  ::kill(-guard_, SIGKILL);
  while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
  }
  guard_ = 0;
  owner_.close();
}

}  // namespace drift::script
