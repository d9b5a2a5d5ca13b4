// PowerVfs: a SQLite VFS above the default one that knows what of each file a disk would still have if the power
// failed: what was there at the last sync of the file, and of what was written since any part, in sectors. One object
// at a time; for one thread.
//
// Names are taken to be durable: the journal itself syncs its directory where that matters.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace drift::journal {

class PowerVfs {
 public:
  static constexpr const char* name = "drift-power";
  static constexpr std::size_t sector_bytes = 512;

  PowerVfs() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.pNext = nullptr;
    vfs_.zName = name;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~PowerVfs() { sqlite3_vfs_unregister(&vfs_); }
  PowerVfs(const PowerVfs&) = delete;
  PowerVfs& operator=(const PowerVfs&) = delete;

  // The power fails at the write, sync or truncation number `at` from now, from 0: it and all after it are not done.
  void fail_at(std::uint64_t at) {
    seen_ = 0;
    fail_at_ = at;
  }
  // A disk, or a setting, that says "synced" and does nothing.
  void ignore_syncs(bool ignore) { ignore_syncs_ = ignore; }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

  // Writes all files as the disk has them after the failure, and forgets them. `kept`: of 100 sectors that were not
  // synced, how many are there.
  void leave_what_is_durable(std::mt19937_64& random, unsigned kept) {
    for (auto& [path, disk] : disks_) {
      std::string content = disk.durable;
      for (const Change& change : disk.since) {
        apply(content, change, [&] { return random() % 100 < kept; });
      }
      std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    }
    disks_.clear();
    fail_at(UINT64_MAX);
  }
  void forget() { disks_.clear(); }

 private:
  // A write; or, without data, a truncation to `offset`.
  struct Change {
    std::size_t offset = 0;
    std::string data;
  };
  struct Disk {
    std::string durable;
    std::vector<Change> since;
  };
  struct File {
    sqlite3_file base;
    PowerVfs* owner;
    Disk* disk;
    sqlite3_io_methods methods;
    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File* own(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

  template <typename Keeps>
  static void apply(std::string& content, const Change& change, const Keeps& keeps) {
    if (change.data.empty()) {
      if (keeps() && change.offset < content.size()) {
        content.resize(change.offset);
      }
      return;
    }
    std::size_t done = 0;
    while (done < change.data.size()) {
      const std::size_t at = change.offset + done;
      const std::size_t size = std::min(sector_bytes - at % sector_bytes, change.data.size() - done);
      if (keeps()) {
        content.resize(std::max(content.size(), at + size));
        content.replace(at, size, change.data, done, size);
      }
      done += size;
    }
  }

  bool is_off() { return seen_++ >= fail_at_; }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto* self = static_cast<PowerVfs*>(vfs->pAppData);
    File* opened = own(file);
    std::memset(opened, 0, sizeof(File));
    opened->owner = self;
    const int result = self->real_->xOpen(self->real_, path, opened->real(), flags, out_flags);
    if (opened->real()->pMethods == nullptr) {
      return result;
    }
    const auto [disk, is_new] = self->disks_.try_emplace(path);
    if (is_new) {
      std::ifstream stream(path, std::ios::binary);
      disk->second.durable = {std::istreambuf_iterator<char>(stream), {}};
    }
    opened->disk = &disk->second;
    opened->methods = passing_methods();
    opened->base.pMethods = &opened->methods;
    return result;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    auto* self = static_cast<PowerVfs*>(vfs->pAppData);
    if (self->is_off()) {
      return SQLITE_IOERR_DELETE;
    }
    self->disks_.erase(path);
    return self->real_->xDelete(self->real_, path, sync_directory);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (own(file)->owner->is_off()) {
      return SQLITE_IOERR_WRITE;
    }
    own(file)->disk->since.push_back({.offset = static_cast<std::size_t>(offset),
                                      .data = std::string(static_cast<const char*>(data), static_cast<size_t>(size))});
    return own(file)->real()->pMethods->xWrite(own(file)->real(), data, size, offset);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (own(file)->owner->is_off()) {
      return SQLITE_IOERR_TRUNCATE;
    }
    own(file)->disk->since.push_back({.offset = static_cast<std::size_t>(size), .data = {}});
    return own(file)->real()->pMethods->xTruncate(own(file)->real(), size);
  }
  static int sync(sqlite3_file* file, int) {
    PowerVfs* self = own(file)->owner;
    if (self->is_off()) {
      return SQLITE_IOERR_FSYNC;
    }
    if (!self->ignore_syncs_) {
      Disk& disk = *own(file)->disk;
      for (const Change& change : disk.since) {
        apply(disk.durable, change, [] { return true; });
      }
      disk.since.clear();
    }
    return SQLITE_OK;  // the file below is in memory, or goes with the test
  }

  template <auto method, typename... Arguments>
  static int pass(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* real = own(file)->real();
    return (real->pMethods->*method)(real, arguments...);
  }

  static sqlite3_io_methods passing_methods() {
    using M = sqlite3_io_methods;
    M methods{};
    methods.iVersion = 1;  // without shared memory, which sole access does not need
    methods.xClose = pass<&M::xClose>;
    methods.xRead = pass<&M::xRead, void*, int, sqlite3_int64>;
    methods.xWrite = write;
    methods.xTruncate = truncate;
    methods.xSync = sync;
    methods.xFileSize = pass<&M::xFileSize, sqlite3_int64*>;
    methods.xLock = pass<&M::xLock, int>;
    methods.xUnlock = pass<&M::xUnlock, int>;
    methods.xCheckReservedLock = pass<&M::xCheckReservedLock, int*>;
    methods.xFileControl = pass<&M::xFileControl, int, void*>;
    methods.xSectorSize = pass<&M::xSectorSize>;
    methods.xDeviceCharacteristics = pass<&M::xDeviceCharacteristics>;
    return methods;
  }

  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
  std::map<std::string, Disk> disks_;
  std::uint64_t seen_ = 0;
  std::uint64_t fail_at_ = UINT64_MAX;
  bool ignore_syncs_ = false;
};

}  // namespace drift::journal
