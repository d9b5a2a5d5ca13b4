// FileLock: one owner at a time, by flock on a file that names the owner's pid. The lock ends with the process, however
// that ends; the file may stay behind and means nothing by itself. A second FileLock of the same process is refused
// too.
#pragma once

#include <filesystem>

namespace drift::journal {

class FileLock {
 public:
  // Locks "<journal>.lock". Throws Error: "JournalLocked" naming the owner, or "StateDirectory".
  explicit FileLock(const std::filesystem::path& journal);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Deletes the lock's file; the lock itself is held until the object's end.
  void remove_file() noexcept;

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace drift::journal
