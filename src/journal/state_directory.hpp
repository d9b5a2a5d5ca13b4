// The directory of journals: private to its user, and on a local file system.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace drift::journal {

// The name of the network file system that a directory is on ("NFS"); an empty optional when it is local.
using FileSystemCheck = std::function<std::optional<std::string>(const std::filesystem::path& directory)>;

// By statfs, and for FUSE by the mount's type: of FUSE file systems only those known to be local count as local.
std::optional<std::string> network_file_system(const std::filesystem::path& directory);

// Creates the directory and what is missing above it with mode 0700, durably; one that exists is left as it is. Throws
// Error, code "StateDirectory": not a directory, not allowed, or on a network file system.
void prepare_state_directory(const std::filesystem::path& directory, const FileSystemCheck& check);

// Creates an empty file of mode 0600 whatever the umask. Throws Error.
void create_private_file(const std::filesystem::path& file);
// Makes an existing file private again, where it is this user's.
void make_private(const std::filesystem::path& file) noexcept;
// Makes names in a directory durable. Throws Error.
void sync_directory(const std::filesystem::path& directory);

}  // namespace drift::journal
