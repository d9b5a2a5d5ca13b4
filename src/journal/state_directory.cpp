#include "journal/state_directory.hpp"

#include "journal/problem.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace drift::journal {
namespace {

using std::filesystem::path;

constexpr std::uint32_t fuse_magic = 0x65735546;

// statfs(2) and linux/magic.h; the last ones are the file systems' own.
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 15> network_magics{{
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB2"},
    {0x01021997, "9P"},
    {0x5346414f, "AFS"},
    {0x6b414653, "AFS"},
    {0x73757245, "Coda"},
    {0x564c, "NCP"},
    {0x00c36400, "Ceph"},
    {0x0bd00bd0, "Lustre"},
    {0x47504653, "GPFS"},
    {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},
    {0x786f4256, "a VirtualBox share"},
}};

constexpr std::array<std::string_view, 8> local_fuse{"fuseblk",    "fuse.fuse-overlayfs", "fuse.gocryptfs",
                                                     "fuse.encfs", "fuse.mergerfs",       "fuse.bindfs",
                                                     "fuse.zfs",   "fuse.unionfs"};

// The type of the mount that a directory is on, as in /proc/self/mountinfo: "ext4", "fuse.sshfs".
std::string mount_type(const path& directory) {
  struct stat status = {};
  if (::stat(directory.c_str(), &status) != 0) {
    return {};
  }
  const std::string device = std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string id;
    std::string parent;
    std::string number;
    fields >> id >> parent >> number;
    const auto separator = line.find(" - ");
    if (number == device && separator != std::string::npos) {
      const std::string rest = line.substr(separator + 3);
      return rest.substr(0, rest.find(' '));
    }
  }
  return {};
}

path existing_ancestor(path directory) {
  std::error_code ignored;
  while (!std::filesystem::exists(directory, ignored) && directory.has_relative_path()) {
    directory = directory.parent_path();
  }
  return directory;
}

void make_directory(const path& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) {
    ::chmod(directory.c_str(), 0700);  // whatever the umask took away
    sync_directory(directory.parent_path());
  } else if (errno != EEXIST) {
    throw state_directory(directory, system_text(errno));
  }
}

}  // namespace

std::optional<std::string> network_file_system(const path& directory) {
  struct statfs status = {};
  if (::statfs(directory.c_str(), &status) != 0) {
    throw state_directory(directory, system_text(errno));
  }
  const auto magic = static_cast<std::uint32_t>(status.f_type);
  if (magic == fuse_magic) {
    std::string type = mount_type(directory);
    const bool local = std::find(local_fuse.begin(), local_fuse.end(), type) != local_fuse.end();
    return local ? std::nullopt : std::optional(type.empty() ? "FUSE" : std::move(type));
  }
  const auto* found = std::find_if(network_magics.begin(), network_magics.end(),
                                   [&](const auto& known) { return known.first == magic; });
  return found == network_magics.end() ? std::nullopt : std::optional(std::string(found->second));
}

void prepare_state_directory(const path& directory, const FileSystemCheck& check) {
  const path existing = existing_ancestor(directory);
  if (!std::filesystem::is_directory(existing)) {
    throw state_directory(directory, existing.string() + " is not a directory");
  }
  if (const auto name = check(existing)) {
    throw state_directory(directory, "it is on a network file system (" + *name +
                                         "), where a journal is neither locked nor written reliably");
  }
  path made = existing;
  for (const path& part : directory.lexically_relative(existing)) {
    if (part != ".") {
      made /= part;
      make_directory(made);
    }
  }
}

void create_private_file(const path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    throw errno == ENOSPC || errno == EDQUOT ? disk_full(file) : state_directory(file, system_text(errno));
  }
  ::fchmod(descriptor, 0600);  // whatever the umask took away
  ::close(descriptor);
}

void make_private(const path& file) noexcept {
  struct stat status = {};
  if (::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0777U) != 0600) {
    ::chmod(file.c_str(), 0600);
  }
}

void sync_directory(const path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error_number = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!synced) {
    throw state_directory(directory, "its names cannot be made durable (" + system_text(error_number) + ")");
  }
}

}  // namespace drift::journal
