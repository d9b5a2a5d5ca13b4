// Disk space: see the header.
#include "migrate/disk_space.hpp"

#include <drift/error.hpp>

#include <string>
#include <system_error>

namespace drift::migrate {

namespace {

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes >> 20U) + 1) + " MiB"; }

}  // namespace

void check_disk_space(const std::filesystem::path& directory, std::uint64_t items) {
  std::error_code error;
  auto existing = std::filesystem::absolute(directory, error);
  while (existing.has_parent_path() && existing != existing.root_path() && !std::filesystem::exists(existing, error)) {
    existing = existing.parent_path();
  }
  const auto space = std::filesystem::space(existing, error);
  if (error) return;  // a file system that does not say is not refused
  const std::uint64_t needed = items * journal_bytes_an_item + disk_reserve_bytes;
  if (space.available >= needed) return;
  throw Error({.code = "DiskSpace",
               .message = "the journal needs about " + megabytes(needed) + " for " + std::to_string(items) +
                          " items, but the disk of " + existing.string() + " has " + megabytes(space.available),
               .next_step = "Nothing was sent. Free some space, or name a directory on another disk "
                            "(MigratorOptions::state_dir), and run the migration again."});
}

}  // namespace drift::migrate
