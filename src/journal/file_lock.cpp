#include "journal/file_lock.hpp"

#include "journal/problem.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace drift::journal {
namespace {

std::string owner_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string pid;
  for (std::size_t i = 0; size > 0 && i < static_cast<std::size_t>(size) && text.at(i) >= '0' && text.at(i) <= '9';
       ++i) {
    pid += text.at(i);
  }
  if (pid.empty()) {
    return "another process";  // it has the lock and has not yet written its name
  }
  return pid == std::to_string(::getpid()) ? "this process itself (pid " + pid + ")" : "the process with pid " + pid;
}

// Whether `file` still is what the descriptor has open: an owner that ended may have deleted it in between.
bool is_current(int descriptor, const std::filesystem::path& file) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

void write_owner(int descriptor) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for people and messages: a full disk is met, and reported, by the journal itself.
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  }
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& journal) : file_(journal.string() + ".lock") {
  while (true) {
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) {
      throw state_directory(file_, system_text(errno));
    }
    ::fchmod(descriptor_, 0600);  // whatever the umask took away
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int error_number = errno;
      const std::string owner = owner_of(descriptor_);
      ::close(descriptor_);
      throw error_number == EWOULDBLOCK ? locked(journal, owner) : state_directory(file_, system_text(error_number));
    }
    if (is_current(descriptor_, file_)) {
      break;
    }
    ::close(descriptor_);
  }
  write_owner(descriptor_);
}

FileLock::~FileLock() { ::close(descriptor_); }

void FileLock::remove_file() noexcept { ::unlink(file_.c_str()); }

}  // namespace drift::journal
